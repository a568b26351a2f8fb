'use strict';

(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const make = (name, text, className) => {
    const e = document.createElement(name);
    if (text !== undefined) e.textContent = text;
    if (className) e.className = className;
    return e;
  };

  // yaml writes keys in a colour of their own; all of it is text, never HTML.
  function yaml(text) {
    const pre = make('pre');
    pre.tabIndex = 0;
    for (const line of text.split('\n')) {
      const key = /^(\s*(?:- )*)([^\s:'"#-][^:'"]*:)(?=\s|$)(.*)$/.exec(line);
      if (key) pre.append(key[1], make('span', key[2], 'key'), key[3] + '\n');
      else pre.append(line + '\n');
    }
    return pre;
  }

  function details(object, open) {
    const d = make('details');
    d.open = open;
    d.append(make('summary', `${object.kind} ${object.namespace ? object.namespace + '/' : ''}${object.name}`));
    d.append(yaml(object.yaml.trimEnd()));
    return d;
  }

  // show opens the panel. The browser closes it on Escape and gives the focus
  // back to where it was.
  function show(kind, title, facts, objects) {
    $('detail-kind').textContent = kind;
    $('detail-title').textContent = title;
    $('detail-facts').replaceChildren(...facts.map((f) => make('li', f)));
    $('detail-objects').replaceChildren(...objects.map((o, i) => details(o, i === 0)));
    if (objects.length === 0) $('detail-objects').append(make('p', 'The site renders no object for it.'));
    $('detail').showModal();
    $('detail').scrollTop = 0;
    $('detail-title').focus();
  }

  function showBox(id) {
    const box = data.boxes.find((b) => b.id === id);
    show(box.kind, box.title, box.facts, box.objects.map((i) => data.objects[i]));
  }

  for (const box of document.querySelectorAll('.p-picture .box')) {
    box.addEventListener('click', () => showBox(box.dataset.id));
    box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      showBox(box.dataset.id);
    });
  }
  $('rows').addEventListener('click', (event) => {
    const button = event.target.closest('[data-object]');
    if (!button) return;
    const object = data.objects[button.dataset.object];
    show(object.kind, object.name, [], [object]);
  });
  // A click on the backdrop closes the panel too.
  $('detail').addEventListener('click', (event) => {
    if (event.target === $('detail') && event.clientX < $('detail').getBoundingClientRect().left) $('detail').close();
  });

  $('find').addEventListener('input', () => {
    const word = $('find').value.toLowerCase();
    let n = 0;
    for (const row of $('rows').rows) {
      row.hidden = !row.textContent.toLowerCase().includes(word);
      if (!row.hidden) n++;
    }
    $('found').textContent = `${n} objects`;
  });

  if (!data.model) return;
  const ask = tracer(data.model);
  window.ask = ask;
  const form = $('tracer');
  const seconds = (ns) => `${ns / 1e9}s`;

  function request() {
    const value = (name) => form.elements[name].value.trim();
    const r = { as: value('as'), method: value('method'), path: value('path'), host: value('host'), headers: {} };
    if (outside(r.as)) r.to = '';
    else r.to = value('to');
    if (value('fdid')) r.headers['x-azure-fdid'] = value('fdid');
    return r;
  }

  const outside = (as) => data.model.callers.find((c) => c.name === as).outside;

  // wrong says what is wrong with a request; empty for nothing.
  function wrong(r) {
    if (!r.path.startsWith('/')) return 'Write a path that begins with /, as in /golang.org/x/mod/@v/list.';
    if (!/^[!-~]+$/.test(r.path + r.host)) return 'A path on the wire has no spaces and nothing but ASCII: write others as %XX.';
    if (r.method === '' || r.method !== r.method.toUpperCase()) return 'Write GET, HEAD or another method in upper case.';
    return '';
  }

  function mark(a) {
    for (const box of document.querySelectorAll('.p-picture .box')) {
      const hit = box.dataset.id === a.by;
      box.classList.toggle('hit', hit);
      box.classList.toggle('refused', hit && a.status !== 200);
    }
  }

  function answer(event) {
    if (event) event.preventDefault();
    const out = $('answer');
    const r = request();
    const problem = wrong(r);
    if (problem) {
      out.className = 'refused';
      out.replaceChildren(make('div', problem, 'p-verdict'));
      mark({});
      return;
    }
    const a = ask(r);
    out.className = a.status === 200 && !a.unknown.length ? '' : 'refused';
    const list = make('dl');
    const tries = a.tries === 0 ? '' : a.perTry ? `${a.tries} × ${seconds(a.perTry)}` : String(a.tries);
    for (const [name, value] of [
      ['fallback', a.fallback], ['route', a.route], ['timeout', a.timeout ? seconds(a.timeout) : ''],
      ['tries', tries], ['retry on', a.retryOn], ['mTLS', a.mtls ? 'yes' : 'no'], ['policy', a.policy],
      ...a.unknown.map((why) => ['cannot judge', why]),
    ]) list.append(make('dt', name), make('dd', value || '–'));
    const steps = make('ol');
    steps.append(...a.steps.map((s) => make('li', s)));
    out.replaceChildren(make('div', `${a.unknown.length ? 'unknown, perhaps ' : ''}${a.status || 'closed'} by ${a.by}`, 'p-verdict'), list, steps);
    mark(a);
  }

  function inside() {
    form.elements.to.disabled = outside(form.elements.as.value);
  }

  form.addEventListener('submit', answer);
  form.elements.as.addEventListener('change', inside);
  $('examples').addEventListener('click', (event) => {
    const button = event.target.closest('[data-example]');
    if (!button) return;
    const e = data.examples[button.dataset.example];
    for (const name of ['as', 'method', 'path']) form.elements[name].value = e[name];
    form.elements.to.value = e.to || 'athens';
    form.elements.host.value = e.host || '';
    form.elements.fdid.value = '';
    inside();
    answer();
    $('answer').scrollIntoView({ block: 'nearest' });
  });
  inside();
  answer();
})();
