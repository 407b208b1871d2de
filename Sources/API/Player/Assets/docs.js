// Draws /openapi.json: every operation with its parameters, body and answers.

const element = (name, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
};

const resolve = (document, value) => {
  let found = value;
  for (let depth = 0; found?.$ref && depth < 8; depth += 1) {
    found = found.$ref.replace(/^#\//, '').split('/').reduce((node, key) => node?.[key], document);
  }
  return found ?? {};
};

/** A schema as an example-like outline, a few levels deep. */
const outline = (document, schema, depth = 0) => {
  const found = resolve(document, schema);
  if (found.example !== undefined) return found.example;
  const all = [...(found.allOf ?? []), ...(found.oneOf ?? []).slice(0, 1), ...(found.anyOf ?? []).slice(0, 1)];
  if (all.length > 0) return Object.assign({}, ...all.map((part) => outline(document, part, depth)));
  const type = Array.isArray(found.type) ? found.type.join(' or ') : found.type;
  if (found.properties && depth < 6) {
    const required = new Set(found.required ?? []);
    return Object.fromEntries(Object.entries(found.properties).map(
      ([name, part]) => [required.has(name) ? name : `${name}?`, outline(document, part, depth + 1)]));
  }
  if (type === 'array') return [outline(document, found.items ?? {}, depth + 1)];
  if (found.const !== undefined) return found.const;
  return found.enum ? found.enum.join(' | ') : [type ?? 'any', found.format].filter(Boolean).join(', ');
};

const content = (document, holder) => Object.entries(holder?.content ?? {}).map(([type, media]) =>
  element('div', {}, element('code', { textContent: type }),
    media.schema ? element('pre', { textContent: JSON.stringify(outline(document, media.schema), null, 2) }) : ''));

const parameters = (document, list) => {
  if (list.length === 0) return [];
  const rows = list.map((item) => {
    const parameter = resolve(document, item);
    return element('tr', {},
      element('td', {}, element('code', { textContent: parameter.name })),
      element('td', { textContent: `${parameter.in}${parameter.required ? ', required' : ''}` }),
      element('td', { textContent: parameter.description ?? '' }));
  });
  return [element('h4', { textContent: 'Parameters' }), element('table', {}, ...rows)];
};

const operation = (document, path, shared, method, details) => {
  const body = details.requestBody ? resolve(document, details.requestBody) : null;
  const answers = Object.entries(details.responses ?? {}).map(([status, item]) => {
    const response = resolve(document, item);
    return element('tr', {}, element('td', {}, element('code', { textContent: status })),
      element('td', {}, response.description ?? '', ...(status < 300 ? content(document, response) : [])));
  });
  const node = element('details', {},
    element('summary', {}, element('span', { className: 'method', textContent: method.toUpperCase() }),
      element('code', { textContent: path }), element('span', { textContent: details.summary ?? '' })),
    element('div', { className: 'body' },
      element('p', { textContent: details.description ?? '' }),
      ...parameters(document, [...shared, ...(details.parameters ?? [])]),
      ...(body ? [element('h4', { textContent: 'Body' }), ...content(document, body)] : []),
      element('h4', { textContent: 'Answers' }), element('table', {}, ...answers)));
  node.dataset.text = `${method} ${path} ${details.summary ?? ''} ${Object.keys(details.responses ?? {}).join(' ')}`
    .toLowerCase();
  return node;
};

const draw = (document_) => {
  document.getElementById('summary').textContent = `${document_.info.title} ${document_.info.version}. `
    + (document_.info.description ?? '');
  const groups = new Map();
  for (const [path, item] of Object.entries(document_.paths ?? {})) {
    for (const method of ['get', 'head', 'post', 'put', 'patch', 'delete']) {
      if (!item[method]) continue;
      const tag = item[method].tags?.[0] ?? 'other';
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(document_, path, item.parameters ?? [], method, item[method]));
    }
  }
  const main = document.getElementById('operations');
  main.replaceChildren(...[...groups].map(([tag, nodes]) =>
    element('section', {}, element('h2', { textContent: tag }), ...nodes)));
};

document.getElementById('filter').addEventListener('input', (event) => {
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const node of document.querySelectorAll('details')) {
    node.hidden = !words.every((word) => node.dataset.text.includes(word));
  }
  for (const section of document.querySelectorAll('section')) {
    section.hidden = [...section.querySelectorAll('details')].every((node) => node.hidden);
  }
});

try {
  const response = await fetch('/openapi.json');
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  draw(await response.json());
} catch (error) {
  document.getElementById('summary').textContent = `The description could not be read: ${error.message}`;
}
