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

  // filter shows the rows that hold a word and fit.
  function filter(rows, word, found, what, fits) {
    let n = 0;
    for (const row of $(rows).rows) {
      row.hidden = !row.textContent.toLowerCase().includes($(word).value.toLowerCase()) || !fits(row);
      if (!row.hidden) n++;
    }
    $(found).textContent = `${n} ${what}`;
  }

  $('find').addEventListener('input', () => filter('rows', 'find', 'found', 'objects', () => true));
  for (const id of ['as', 'find-request']) {
    $(id).addEventListener('input', () => filter('answers', 'find-request', 'found-requests', 'requests',
      (row) => $('as').value === '' || row.dataset.as === $('as').value));
  }

  // An open request marks the box that answers; one at a time.
  $('answers').addEventListener('toggle', (event) => {
    const row = event.target.closest('tr');
    if (event.target.open) {
      for (const other of $('answers').querySelectorAll('details[open]')) other.open = other === event.target;
    } else if ($('answers').querySelector('details[open]')) return;
    for (const box of document.querySelectorAll('.p-picture .box')) {
      box.classList.remove('hit', 'passes', 'refused', 'broken', 'unknown');
      if (event.target.open && box.dataset.id === row.dataset.by) box.classList.add('hit', row.className);
    }
  }, true);
})();
