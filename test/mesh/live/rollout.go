package live

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// endpoint changes what the EndpointSlices of a Service's pods say of one, like the controller in a cluster: nil removes it.
func (l *Live) endpoint(n *Node, change func(*discoveryv1.Endpoint)) error {
	slices := l.Istiod.Server().KubeClient().Kube().DiscoveryV1().EndpointSlices(n.Pod.Namespace)
	list, err := slices.List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, s := range list.Items {
		var out []discoveryv1.Endpoint
		hit := false
		for _, e := range s.Endpoints {
			if e.Addresses[0] == n.Pod.IP {
				hit = true
				if change == nil {
					continue
				}
				change(&e)
			}
			out = append(out, e)
		}
		if !hit {
			continue
		}
		s.Endpoints = out
		if _, err := slices.Update(context.Background(), &s, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// SetReady is what the readiness probe of a pod comes to.
func (l *Live) SetReady(n *Node, ready bool) error {
	return l.endpoint(n, func(e *discoveryv1.Endpoint) {
		e.Conditions.Ready, e.Conditions.Serving = &ready, &ready
	})
}

// successor ends the names of pods that are like the one that has the rest.
const successor = "-next"

// Manifest of a pod.
func (l *Live) Manifest(p *cluster.Pod) manifest.Object {
	return manifest.Find(l.Cluster.Objects, "Pod", p.Namespace, strings.TrimSuffix(p.Name, successor))
}

// Surge starts a pod like another one, with an address of its own.
func (l *Live) Surge(like *Node, ip string) (*Node, error) {
	name := like.Pod.Name + successor
	pod := *like.Pod
	pod.Name, pod.IP, pod.Labels = name, ip, maps.Clone(like.Pod.Labels)
	l.mu.Lock()
	l.Cluster.Pods = append(l.Cluster.Pods, &pod)
	l.mu.Unlock()
	client := l.Istiod.Server().KubeClient().Kube()
	pods := client.CoreV1().Pods(pod.Namespace)
	p, err := pods.Get(context.Background(), like.Pod.Name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	p = p.DeepCopy()
	p.ObjectMeta = metav1.ObjectMeta{Name: name, Namespace: pod.Namespace, Labels: p.Labels, Annotations: p.Annotations}
	p.Status.PodIP, p.Status.PodIPs = ip, []corev1.PodIP{{IP: ip}}
	if _, err := pods.Create(context.Background(), p, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	n, err := l.up(&pod)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.Nodes[pod.String()] = n
	l.mu.Unlock()
	if err := n.Proxy.Ready(30 * time.Second); err != nil {
		return nil, err
	}
	// Ready: the controller of EndpointSlices copies what it says of its like.
	slices := client.DiscoveryV1().EndpointSlices(pod.Namespace)
	list, err := slices.List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	yes := true
	for _, s := range list.Items {
		for _, e := range s.Endpoints {
			if e.Addresses[0] != like.Pod.IP {
				continue
			}
			e = *e.DeepCopy()
			e.Addresses, e.TargetRef.Name = []string{ip}, name
			e.Conditions.Ready, e.Conditions.Serving = &yes, &yes
			s.Endpoints = append(s.Endpoints, e)
			if _, err := slices.Update(context.Background(), &s, metav1.UpdateOptions{}); err != nil {
				return nil, err
			}
			break
		}
	}
	return n, nil
}

// Terminate ends a pod as the kubelet does: its endpoint is no longer ready,
// the sidecar's preStop hook drains it (native sidecars), the program's preStop
// hook sleeps, then it gets SIGTERM, and when it has ended the sidecar does.
// Drain says whether the sidecar drains. A gateway has no program: istio-agent
// drains it and waits for so long.
func (l *Live) Terminate(n *Node, preStop time.Duration, drain bool) error {
	no, yes := false, true
	if err := l.endpoint(n, func(e *discoveryv1.Endpoint) {
		e.Conditions.Ready, e.Conditions.Serving, e.Conditions.Terminating = &no, &yes, &yes
	}); err != nil {
		return err
	}
	if drain {
		if _, err := n.Proxy.Admin("POST", "/drain_listeners?"+n.inbound()+"graceful&skip_exit"); err != nil {
			return err
		}
	}
	time.Sleep(preStop)
	if !n.Pod.Gateway {
		n.Stop()
		select {
		case <-n.done:
		case <-time.After(60 * time.Second):
			return fmt.Errorf("%s does not end", n.Pod)
		}
	}
	n.Proxy.cmd.Process.Signal(syscall.SIGTERM)
	<-n.Proxy.done
	return l.endpoint(n, nil)
}

// inbound is what istio-agent drains of a sidecar only: its own program still
// sends requests.
func (n *Node) inbound() string {
	if n.Pod.Gateway {
		return ""
	}
	return "inboundonly&"
}
