package live

import (
	"context"
	"fmt"
	"net"
	"os"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	secretv3 "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/anypb"
)

// sds gives Envoys what istio-agent gives them: "default", the certificate of
// their own identity, and "ROOTCA". Who asks says its node id.
type sds struct {
	secretv3.UnimplementedSecretDiscoveryServiceServer
	ca *CA
	// identity of a node id.
	identity func(node string) string
	// refused is told what an Envoy does not take.
	refused func(format string, args ...any)
}

// serveSDS serves the socket sds in the folder of the run.
func (l *Live) serveSDS() error {
	socket := l.dir + "/sds"
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	if err := os.Chmod(socket, 0o777); err != nil {
		return err
	}
	server := grpc.NewServer()
	secretv3.RegisterSecretDiscoveryServiceServer(server, &sds{ca: l.MeshCA, identity: l.identityOf, refused: l.t.Errorf})
	go server.Serve(listener)
	l.t.Cleanup(server.Stop)
	return nil
}

// identityOf a node id; "" if no pod has it.
func (l *Live) identityOf(node string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.Cluster.Pods {
		if nodeID(p) == node {
			return l.identity(p)
		}
	}
	return ""
}

func (s *sds) StreamSecrets(stream secretv3.SecretDiscoveryService_StreamSecretsServer) error {
	node := ""
	for {
		req, err := stream.Recv()
		if err != nil {
			return err
		}
		if id := req.GetNode().GetId(); id != "" {
			node = id
		}
		if req.ErrorDetail != nil {
			s.refused("%s refuses its certificates %q: %s", node, req.ResourceNames, req.ErrorDetail.Message)
		}
		if req.VersionInfo != "" || req.ErrorDetail != nil { // an ACK or a NACK; nothing ever changes
			continue
		}
		resp, err := s.answer(node, req.ResourceNames)
		if err != nil {
			return err
		}
		if err := stream.Send(resp); err != nil {
			return err
		}
	}
}

func (s *sds) FetchSecrets(_ context.Context, req *discoveryv3.DiscoveryRequest) (*discoveryv3.DiscoveryResponse, error) {
	return s.answer(req.GetNode().GetId(), req.ResourceNames)
}

func (s *sds) answer(node string, names []string) (*discoveryv3.DiscoveryResponse, error) {
	out := &discoveryv3.DiscoveryResponse{
		VersionInfo: "1", Nonce: "1", TypeUrl: "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
	}
	inline := func(b []byte) *corev3.DataSource {
		return &corev3.DataSource{Specifier: &corev3.DataSource_InlineBytes{InlineBytes: b}}
	}
	identity := s.identity(node)
	if identity == "" {
		return nil, fmt.Errorf("no pod is %q", node)
	}
	for _, name := range names {
		secret := &tlsv3.Secret{Name: name}
		if name == "ROOTCA" {
			secret.Type = &tlsv3.Secret_ValidationContext{ValidationContext: &tlsv3.CertificateValidationContext{TrustedCa: inline(s.ca.PEM)}}
		} else {
			crt, key, err := s.ca.issue(identity)
			if err != nil {
				return nil, err
			}
			secret.Type = &tlsv3.Secret_TlsCertificate{TlsCertificate: &tlsv3.TlsCertificate{CertificateChain: inline(crt), PrivateKey: inline(key)}}
		}
		packed, err := anypb.New(secret)
		if err != nil {
			return nil, err
		}
		out.Resources = append(out.Resources, packed)
	}
	return out, nil
}
