// The page: a guest's profile, the game, his score, and the board as it changes. Everything that is said to the server is said by its client, which keeps scores until they have arrived.
import { createJinbang } from '/sdk/jinbang.js';
import { grouped, show as showLines } from '/boards/lines.js';
import { openProfile, webAddress } from './player.js';
import { createSound } from './sound.js';
import { playGame } from './stage.js';
import { languageOf, texts } from './strings.js';
import { newsOf } from './ticker.js';

const TOP = 100;
const MOST_NEWS = 5;
const HURRY_SECONDS = 20;

const query = new URLSearchParams(location.search);
const language = languageOf(query.get('lang') || navigator.language);
const t = texts(language);
const find = (selector) => document.querySelector(selector);
const part = (name) => find(`[data-testid="${name}"]`);
const isShown = (view) => document.body.classList.contains(`show-${view}`);

const server = find('meta[name="jinbang"]');
const { game, board } = server.dataset;
const profile = openProfile(game);
const sound = createSound();
const jinbang = createJinbang({ game, board, key: server.content, onStored: arrivedLater, onRefused: (error) => showError(t('refused', { reason: error.message })) });
let stopFollowing = () => {};
let shown = null;

function translate() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.title = t('title');
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', t(node.dataset.label));
  part('canvas').setAttribute('aria-label', t('canvas'));
  Object.assign(part('board').dataset, { unnamed: t('unnamed'), anonymous: t('anonymous') });
}

function view(name) {
  document.body.className = `show-${name}`;
  part('forget').hidden = !jinbang.player;
  scrollTo(0, 0);
}

function showError(message, retry = null) {
  part('error').textContent = message;
  part('retry').hidden = !retry;
  part('retry').onclick = retry;
  find('#error').hidden = !message;
}

/** What went wrong, in words of the player's language. */
function reasonOf(error) {
  const known = { network: 'errorNetwork', timeout: 'errorTimeout', reply: 'errorReply', rate_limited: 'errorTooMany', unavailable: 'errorBusy' }[error.code];
  return known ? t(known) : t('errorRefused', { reason: error.message });
}

function readForm() {
  const nickname = part('nickname').value.trim();
  const avatar = part('avatar').value.trim();
  const wrong = !nickname ? 'nickname' : avatar && !webAddress(avatar) ? 'avatar' : '';
  for (const name of ['nickname', 'avatar']) part(name).setAttribute('aria-invalid', String(name === wrong));
  if (!wrong) return { nickname, avatar };
  showError(t(wrong === 'nickname' ? 'nicknameNeeded' : 'avatarWrong'));
  part(wrong).focus();
  return null;
}

// Without the server he plays all the same: his score waits for it.
async function signIn(entered) {
  const wasKnown = jinbang.player;
  await jinbang.login(entered);
  if (!wasKnown) follow();
}

async function start(event) {
  event.preventDefault();
  const entered = readForm();
  if (!entered) return;
  part('start').disabled = true;
  try {
    await signIn(entered);
    profile.keep(entered);
    showError('');
    play();
  } catch (error) {
    showError(reasonOf(error));
  } finally {
    part('start').disabled = false;
  }
}

async function play() {
  view('play');
  const canvas = part('canvas');
  canvas.focus({ preventScroll: true });
  const { score, recording } = await playGame({
    canvas,
    button: part('launch'),
    seed: query.has('seed') ? Number(query.get('seed')) : crypto.getRandomValues(new Uint32Array(1))[0],
    auto: query.get('autoplay') === '1',
    calm: matchMedia('(prefers-reduced-motion: reduce)').matches,
    t,
    sound,
    onProgress({ score: points, number, balls, secondsLeft }) {
      find('#live-score').textContent = grouped(String(points));
      find('#ball').textContent = secondsLeft <= HURRY_SECONDS ? t('timeLeft', { n: secondsLeft }) : t('ball', { n: number, all: balls });
      find('#ball').classList.toggle('hurry', secondsLeft <= HURRY_SECONDS);
    },
  });
  part('score').textContent = grouped(String(score));
  part('score').dataset.value = score;
  part('score').dataset.recording = JSON.stringify(recording);
  part('outcome').textContent = t('sending');
  part('result').classList.remove('best');
  view('result');
  part('result').focus({ preventScroll: true });
  await submit(score);
}

async function submit(score) {
  try {
    const receipt = await jinbang.submit(score);
    if (receipt.status === 'queued') {
      part('outcome').textContent = '';
      showError(t('unsent', { n: grouped(String(score)) }), () => { showError(''); jinbang.flush(); });
      return;
    }
    const [counted] = receipt.windows;
    part('outcome').textContent = t({ first: 'first', improved: 'better' }[receipt.result] || 'notBetter', { n: counted ? counted.rank : '' });
    if (counted) showOwn(counted, counted.count);
    part('result').classList.toggle('best', receipt.result === 'first' || receipt.result === 'improved');
  } catch (error) {
    part('outcome').textContent = '';
    showError(t('refused', { reason: error.message }));
  }
}

// A score that had waited, perhaps since an earlier visit.
function arrivedLater(receipt, body) {
  showError('');
  part('board-note').textContent = t('sentLater', { n: grouped(body.score) });
}

// The board as it changes, with the lines around the player once he is known.
function follow() {
  stopFollowing();
  shown = null;
  stopFollowing = jinbang.live({
    top: TOP,
    around: 5,
    onChange: draw,
    onStatus(status) {
      document.documentElement.dataset.live = status;
      if (status === 'waiting' || status === 'refused') part('board-note').textContent = t('boardFailed');
      else if (part('board-note').textContent === t('boardFailed')) part('board-note').textContent = '';
    },
  });
}

function draw(page) {
  const own = page.player;
  part('board').dataset.me = jinbang.player || '';
  showLines(part('board'), page.lines);
  showOwn(own, page.window.count);
  if (!page.lines.length) part('board-note').textContent = t('empty');
  else if (part('board-note').textContent === t('empty')) part('board-note').textContent = '';
  for (const news of newsOf(shown, page).reverse()) tell(news);
  shown = page;
  document.documentElement.dataset.ready = 'true';
}

function showOwn(own, count) {
  part('best').textContent = own ? grouped(own.score) : '–';
  part('place').textContent = own && own.rank ? t('place', { n: own.rank, all: grouped(String(count)) }) : '';
}

function tell({ kind, line }) {
  const text = t(`news_${kind}`, { name: (line.nickname || '').trim() || t('unnamed'), n: line.rank, score: grouped(line.score) });
  const item = document.createElement('li');
  item.textContent = text;
  item.className = kind;
  part('ticker').prepend(item);
  while (part('ticker').children.length > MOST_NEWS) part('ticker').lastChild.remove();
  // Beside the ball too, for a moment.
  const flash = find('#flash');
  flash.textContent = text;
  flash.classList.remove('on');
  requestAnimationFrame(() => flash.classList.add('on'));
}

// Asked twice, because it cannot be undone.
async function forget() {
  const button = part('forget');
  if (!button.dataset.sure) {
    button.dataset.sure = 'yes';
    button.textContent = t('forgetSure');
    return;
  }
  button.disabled = true;
  try {
    await jinbang.deleteMe();
    profile.keep({ nickname: '', avatar: '' });
    for (const name of ['nickname', 'avatar']) part(name).value = '';
    showError('');
    part('board-note').textContent = t('forgotten');
    follow();
  } catch (error) {
    showError(reasonOf(error));
  } finally {
    delete button.dataset.sure;
    button.disabled = false;
    button.textContent = t('forget');
    button.hidden = !jinbang.player;
  }
}

function showSound() {
  part('mute').setAttribute('aria-pressed', String(!sound.muted));
}

translate();
showSound();
view('profile');
part('mute').onclick = () => { sound.wake(); sound.toggle(); showSound(); };
for (const type of ['pointerdown', 'keydown']) addEventListener(type, () => sound.wake(), { passive: true });
part('nickname').value = profile.get().nickname;
part('avatar').value = profile.get().avatar;
part('profile-form').addEventListener('submit', start);
part('again').addEventListener('click', play);
part('edit').addEventListener('click', () => view('profile'));
part('forget').addEventListener('click', forget);
// Opened again by somebody who is known: his profile is posted as it is here, and what had waited is sent.
jinbang.init();
if (jinbang.player && profile.get().nickname) signIn(profile.get()).catch((error) => { if (isShown('profile')) showError(reasonOf(error)); });
follow();
