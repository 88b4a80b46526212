// Rows of the board. What came from the server goes in as text, never as markup.

/** The address if an image may come from it, else null. */
export function webAddress(text) {
  try {
    const { protocol, href } = new URL(text);
    return protocol === 'http:' || protocol === 'https:' ? href : null;
  } catch {
    return null;
  }
}

/** What a reader sees as the first character: a family emoji is not cut apart. */
export function initialOf(name) {
  const text = name.trim();
  if (!text) return '?';
  const first = globalThis.Intl && Intl.Segmenter
    ? new Intl.Segmenter().segment(text)[Symbol.iterator]().next().value.segment
    : Array.from(text)[0];
  return first.toUpperCase();
}

/** Rows carry no id: the one row of exactly this name, picture and score, or -1 when there are none or several. */
export function ownRow(rows, profile, best) {
  const same = (row) => best !== null && row.score === best && row.nickname === profile.nickname && (row.avatar || '') === profile.avatar;
  const index = rows.findIndex(same);
  return index >= 0 && !rows.slice(index + 1).some(same) ? index : -1;
}

/** The initial in a coloured disc, and the picture over it if it loads. */
export function drawFace(face, name, avatar) {
  const hue = Array.from(name).reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 360, 7);
  face.className = 'face';
  face.style.background = `hsl(${hue}, 55%, 28%)`;
  face.setAttribute('aria-hidden', 'true');
  face.textContent = initialOf(name);
  const source = webAddress(avatar || '');
  if (!source) return face;
  const image = document.createElement('img');
  image.alt = '';
  image.loading = 'lazy';
  image.referrerPolicy = 'no-referrer';
  image.addEventListener('error', () => image.remove());
  image.src = source;
  face.append(image);
  return face;
}

export function drawRows(list, rows, own, t, number) {
  list.replaceChildren(...rows.map((row, index) => drawRow(row, index + 1, index === own, t, number)));
}

function drawRow(row, place, isOwn, t, number) {
  const item = element('li', `row place-${place}`);
  item.dataset.testid = 'board-row';
  const name = row.nickname && row.nickname.trim() ? row.nickname : t('anonymous');
  const medal = element('span', 'place', String(place));
  medal.setAttribute('aria-label', t('placeLabel', { n: place }));
  medal.setAttribute('role', 'img');
  item.append(medal, drawFace(element('span'), name, row.avatar), element('bdi', 'name', name));
  if (isOwn) {
    item.classList.add('own');
    item.append(element('span', 'you', t('you')));
  }
  item.append(element('span', 'points', row.score === null ? row.scoreText : number(row.score)));
  return item;
}

function element(tag, className = '', text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
