// Keeps the lines of a table as the server says they are: by an event stream, or by asking where there is none. Rows are kept and moved, never made anew, so a page that is open for days does not grow.

const POLL_MS = 3000;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** A score with its thousands apart, as the server writes it. */
export function grouped(score) {
  const [whole, rest] = score.split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return rest === undefined ? text : `${text}.${rest}`;
}

function first(text) {
  const one = typeof Intl === 'object' && Intl.Segmenter ? [...new Intl.Segmenter().segment(text)][0].segment : [...text][0];
  return one.length <= 24 ? one.toUpperCase() : '·';
}

function makeRow() {
  const row = document.createElement('tr');
  for (const name of ['rank', 'who', 'score']) row.appendChild(document.createElement('td')).className = name;
  row.cells[1].appendChild(document.createElement('span')).className = 'face';
  row.cells[1].firstChild.setAttribute('aria-hidden', 'true');
  row.cells[1].appendChild(document.createElement('span')).className = 'name';
  return row;
}

function fill(row, line, words) {
  const set = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  const nickname = (line.nickname || '').trim();
  const player = line.player || '';
  row.dataset.player = player;
  row.className = `${line.rank <= 3 ? `medal medal-${line.rank}` : ''}${words.me && player === words.me ? ' me' : ''}`;
  set(row.cells[0], String(line.rank));
  const face = row.cells[1].firstChild;
  face.className = `face tint-${player ? player.charCodeAt(player.length - 1) % 8 : 0}`;
  const initial = nickname ? first(nickname) : '·';
  const picture = line.avatar && player ? `/avatars/${words.game}/${player}?s=96` : '';
  const image = face.querySelector('img');
  if ((image ? image.getAttribute('src') : '') !== picture || face.firstChild === null || face.firstChild.textContent !== initial) {
    face.textContent = initial;
    if (picture) Object.assign(face.appendChild(document.createElement('img')), { alt: '', src: picture });
  }
  set(row.cells[1].lastChild, nickname || (player ? words.unnamed : words.anonymous));
  set(row.cells[2], grouped(line.score));
}

/** Shows lines in a table's body; rows move to their new places, newcomers are marked for a moment. */
export function show(body, lines) {
  const words = body.dataset;
  const known = new Map();
  const spare = [];
  for (const row of [...body.rows]) {
    if (row.dataset.player && !known.has(row.dataset.player)) known.set(row.dataset.player, row);
    else spare.push(row);
  }
  const hadLines = body.rows.length > 0;
  const before = new Map([...known.values()].map((row) => [row, row.getBoundingClientRect()]));
  const rows = lines.map((line) => {
    const row = (line.player && known.get(line.player)) || spare.pop() || makeRow();
    if (line.player) known.delete(line.player);
    fill(row, line, words);
    return row;
  });
  rows.forEach((row, index) => { if (body.rows[index] !== row) body.insertBefore(row, body.rows[index] || null); });
  while (body.rows.length > rows.length) body.deleteRow(-1);
  for (const row of rows) {
    const from = before.get(row);
    if (!from) {
      if (hadLines) mark(row);
      continue;
    }
    const to = row.getBoundingClientRect();
    const [x, y] = [from.left - to.left, from.top - to.top];
    if ((x || y) && !calm.matches && row.animate) move(row, [{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }]);
    if (y > 0 || x > 0) mark(row);
  }
}

// One movement and one timer a row, however often it changes.
const moving = new WeakMap();
const marked = new WeakMap();

function move(row, frames) {
  if (moving.has(row)) moving.get(row).cancel();
  moving.set(row, row.animate(frames, { duration: 500, easing: 'cubic-bezier(.2, .8, .2, 1)' }));
}

function mark(row) {
  row.classList.add('fresh');
  clearTimeout(marked.get(row));
  marked.set(row, setTimeout(() => row.classList.remove('fresh'), 2500));
}

/** Follows the table's window for as long as the page is there. */
export function follow(body, onPage = () => {}) {
  const status = document.getElementById('status');
  const count = document.getElementById('count');
  const say = (name) => { if (status) status.textContent = status.dataset[name]; };
  const take = (page) => {
    show(body, page.lines);
    if (count) count.textContent = count.dataset.text.replace('{0}', page.window.count.toLocaleString('en'));
    const nobody = document.getElementById('nobody');
    if (nobody) nobody.hidden = page.lines.length > 0;
    onPage(page);
  };
  const path = `${body.dataset.live}&top=${body.dataset.top}`;
  (typeof EventSource === 'function' ? stream : poll)(path, take, say);
}

function stream(path, take, say) {
  let wait = 1000;
  const open = () => {
    const source = new EventSource(path);
    source.onopen = () => { wait = 1000; say('live'); };
    source.addEventListener('standings', (event) => take(JSON.parse(event.data)));
    source.onerror = () => {
      say('waiting');
      if (source.readyState !== 2) return;
      // The server said no, perhaps because it starts: later again.
      source.close();
      setTimeout(open, wait + Math.random() * wait);
      wait = Math.min(wait * 2, 30000);
    };
  };
  open();
}

function poll(path, take, say) {
  let tag = '';
  const ask = () => {
    const request = new XMLHttpRequest();
    const again = () => setTimeout(ask, POLL_MS * (0.8 + 0.4 * Math.random()));
    request.open('GET', path.replace('/live?', '/lines?'));
    if (tag) request.setRequestHeader('If-None-Match', tag);
    request.timeout = 10000;
    request.onload = () => {
      if (request.status === 200) {
        tag = request.getResponseHeader('ETag') || '';
        take(JSON.parse(request.responseText));
      }
      say(request.status < 400 ? 'live' : 'waiting');
      again();
    };
    request.onerror = request.ontimeout = () => { say('waiting'); again(); };
    request.send();
  };
  ask();
}
