// tracer follows a request through a site's configuration. It is what
// internal/prove does in Go, over the data of prove.Model; test/browser holds
// the two against each other.
'use strict';

function tracer(model) {
  const isDots = (segment) => segment === '.' || segment === '..';

  // normalize is internal/envoypath, for HTTP/1.1; null for a path that Envoy
  // answers with 400.
  function normalize(raw) {
    raw = raw.replace(/ +$/, '');
    if (!/^\/[!-~]*$/.test(raw)) return null;
    raw = raw.split('#')[0];
    const at = raw.indexOf('?');
    const bare = at < 0 ? raw : raw.slice(0, at);
    const query = at < 0 ? '' : raw.slice(at);
    const cut = bare.split('/').map((s) => (isDots(s.split(';')[0]) ? s.split(';')[0] : s)).join('/');
    const segments = cut.replaceAll('\\', '/').split('/').slice(1);
    const out = [];
    for (const [i, escaped] of segments.entries()) {
      if (/%00/.test(escaped)) return null;
      const s = escaped
        .replace(/%([0-9A-Fa-f]{2})/g, (all, hex) => {
          const c = String.fromCharCode(parseInt(hex, 16));
          return /[A-Za-z0-9\-._~]/.test(c) ? c : all;
        })
        .replace(/["<>^`{|}]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
      if (!isDots(s)) {
        out.push(s);
        continue;
      }
      if (s === '..') out.pop();
      if (i === segments.length - 1) out.push('');
    }
    return '/' + out.join('/') + query;
  }

  // read makes of the path what the next Envoy makes of it; false if that
  // refuses it.
  function read(r, a, envoy) {
    const path = normalize(r.path);
    if (path === null) {
      end(a, 400, a.by, `${envoy} refuses the path`);
      return false;
    }
    if (path !== r.path) a.steps.push(`${envoy} reads the path as ${path}`);
    r.path = path;
    return true;
  }

  // anyOf holds a value against patterns: itself, prefix*, *suffix, or * for
  // any value that is there. No patterns match everything.
  function anyOf(patterns, value, there, fold) {
    if (!patterns || patterns.length === 0) return true;
    return there && patterns.some((p) => {
      let v = value;
      if (fold) [p, v] = [p.toLowerCase(), v.toLowerCase()];
      if (p === '*') return v !== '';
      if (p.startsWith('*')) return v.endsWith(p.slice(1));
      if (p.endsWith('*')) return v.startsWith(p.slice(0, -1));
      return p === v;
    });
  }

  const bare = (r) => r.path.split(/[?#]/)[0];

  // header of a request; undefined if it is not there.
  function header(r, name) {
    switch (name.toLowerCase()) {
      case ':method': return r.method;
      case ':path': return r.path;
      case ':authority': case 'host': return r.host;
    }
    return Object.hasOwn(r.headers, name.toLowerCase()) ? r.headers[name.toLowerCase()] : undefined;
  }

  function matches(rule, r, principal, port) {
    const from = !rule.from || rule.from.some((s) =>
      (!s.callers || s.callers.includes(r.as)) && anyOf(s.principals, principal, principal !== '', false));
    const to = !rule.to || rule.to.some((o) =>
      anyOf(o.methods, r.method, true, false) && anyOf(o.paths, bare(r), true, false) &&
      anyOf(o.hosts, r.host, true, true) && anyOf(o.ports, String(port), true, false) &&
      (!o.notPaths || o.notPaths.length === 0 || !anyOf(o.notPaths, bare(r), true, false)));
    return from && to && (rule.when || []).every((c) => {
      const value = header(r, c.header);
      if (c.values && c.values.length && !anyOf(c.values, value, value !== undefined, false)) return false;
      return !c.notValues || c.notValues.length === 0 || !anyOf(c.notValues, value, value !== undefined, false);
    });
  }

  // permit says whether a pod's policies let a request pass, and which decided.
  function permit(pod, r, principal) {
    let allows = false;
    for (const p of pod.policies || []) {
      allows = allows || !p.deny;
      if ((p.rules || []).some((rule) => matches(rule, r, principal, pod.port))) return [!p.deny, p.name];
    }
    return allows ? [false, 'no policy allows it'] : [true, ''];
  }

  function fits(c, r) {
    let value = c.name === '' ? bare(r) : header(r, c.name);
    if (c.without && c.kind !== 'present') value ??= '';
    const is = value !== undefined && (c.kind === 'present' || (c.kind === 'exact' ? value === c.value :
      c.kind === 'prefix' ? value.startsWith(c.value) : new RegExp('^(?:' + c.value + ')$').test(value)));
    return is !== c.without;
  }

  // hostname is an authority in lower case, without its port.
  function hostname(authority) {
    const host = authority.toLowerCase();
    const split = /^(?:\[([^[\]]*)\]|([^:[\]]*)):[^:[\]]*$/.exec(host);
    return split ? split[1] ?? split[2] : host;
  }

  function route(r) {
    const host = hostname(r.host);
    for (const routing of model.routing || []) {
      if (!routing.hosts.includes(host)) continue;
      for (const one of routing.routes) {
        if (!one.matches || one.matches.some((m) => (m.conditions || []).every((c) => fits(c, r)))) return one;
      }
    }
    return null;
  }

  const callerOf = (as) => model.callers.find((c) => c.name === as);

  function end(a, status, by, step) {
    a.status = status;
    a.by = by;
    a.steps.push(step);
    return a;
  }

  function throughGateway(r, a) {
    if (r.host === '') r.host = model.host;
    if (callerOf(r.as).door && !r.headers['x-azure-fdid']) {
      r.headers['x-azure-fdid'] = model.frontDoor;
      a.steps.push('Front Door adds X-Azure-FDID');
    }
    const own = hostname(r.host);
    const sni = !model.frontDoor && model.hosts.includes(own) ? own : model.host;
    if (!model.served.includes(sni)) return end(a, 0, 'gateway', `the gateway has no certificate for ${sni}`);
    if (!read(r, a, 'the gateway')) {
      a.by = 'gateway';
      return a;
    }
    const [allowed, why] = permit(model.gateway, r, '');
    if (!allowed) {
      a.policy = why;
      return end(a, 403, 'gateway', `${why} denies it at the gateway`);
    }
    const found = route(r);
    if (!found) return end(a, 404, 'gateway', `the gateway has no route for host ${r.host}`);
    a.route = found.name;
    if (found.direct) return end(a, found.direct, 'gateway', `route ${found.name} answers ${found.direct}`);
    Object.assign(a, { timeout: found.timeout, tries: found.tries, perTry: found.perTry, retryOn: found.retryOn });
    a.steps.push(`route ${found.name} goes to ${found.host}`);
    deliver(r, found.host, a);
    a.seamless = a.fallback !== '' && found.seamless;
    return a;
  }

  function deliver(r, host, a) {
    const service = (model.services || []).find((s) => s.host === host);
    const behind = (service && service.pods) || [];
    if (behind.length === 0) return end(a, 503, host, `no pod stands behind ${host}`);
    const ranked = r.as !== 'plain' && service.failover;
    const order = (x, y) => (x.program < y.program ? -1 : 1);
    const pods = ranked ? behind : [...behind].sort(order);
    const best = ranked ? 1 : pods.length;
    const before = { ...a, steps: [...a.steps] };
    const reach = (pod) => arrive({ ...r }, pod, service, { ...before, by: pod.program, steps: [...before.steps] });
    Object.assign(a, reach(pods[0]));
    if (best < pods.length) {
      const next = reach(pods[best]);
      let step = `${a.by} answers; ${next.by} does when all its pods are down`;
      if (a.status !== 200 || next.status === 200) a.fallback = next.by;
      else step += `, but then the answer is ${next.status || 'closed'}`;
      a.steps.splice(before.steps.length, 0, step);
    }
    for (const other of pods.slice(1, best).map(reach)) {
      if (other.status === a.status && other.by !== a.by) a.steps.push(`${other.by} answers as well: both are pods of ${host}`);
    }
    return a;
  }

  function arrive(r, pod, service, a) {
    if (!pod.sidecar) return end(a, 200, a.by, `${a.by} answers without a sidecar`);
    const principal = r.as !== 'plain' && service.encrypts ? callerOf(r.as).principal : '';
    if (principal === '' && pod.strict) {
      return end(a, r.as === 'plain' ? 0 : 503, a.by, `${a.by} takes nothing but mTLS`);
    }
    if (!read(r, a, `the sidecar of ${a.by}`)) return a;
    const [allowed, why] = permit(pod, r, principal);
    a.policy = why;
    if (!allowed) return end(a, 403, a.by, `${a.by} refuses ${principal}: ${why}`);
    a.mtls = principal !== '';
    return end(a, 200, a.by, `${why || 'no policy stands in the way and'} lets ${principal || 'it'} pass`);
  }

  // ask follows {as, method, path, host, to, headers} to whoever answers.
  return function ask(request) {
    const r = { host: '', to: '', ...request, headers: { ...request.headers } };
    const a = {
      status: 0, by: '', fallback: '', route: '', timeout: 0, tries: 0, perTry: 0,
      seamless: false, retryOn: '', mtls: false, policy: '', unknown: model.unknown || [], steps: [],
    };
    if (callerOf(r.as).outside) return throughGateway(r, a);
    const to = r.to || 'athens';
    const service = (model.services || []).find((s) => s.to === to);
    const host = service ? service.host : to;
    if (r.host === '') r.host = host;
    a.steps.push(`${r.as} asks ${host}`);
    if (r.as !== 'plain' && r.as !== 'gateway') {
      if (!read(r, a, `the sidecar of ${r.as}`)) {
        a.by = 'sidecar';
        return a;
      }
      a.tries = model.tries;
      a.retryOn = model.retryOn;
    }
    return deliver(r, host, a);
  };
}
