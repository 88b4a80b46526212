// The page: profile, game, score, board, as any game of the classic API has them.
import { classicApi } from './classic.js';
import { drawFace, drawRows, ownRow, webAddress } from './list.js';
import { openMemory } from './player.js';
import { createSound } from './sound.js';
import { playGame } from './stage.js';
import { languageOf, texts } from './strings.js';

const language = languageOf(navigator.language);
const t = texts(language);
const find = (selector) => document.querySelector(selector);
const part = (name) => find(`[data-testid="${name}"]`);
const number = (value) => value.toLocaleString(language);

// Without an id in the path this is the server's default game.
const game = (location.pathname.match(/^\/play\/+([^/]+)/i) || ['', ''])[1].toLowerCase();
const api = classicApi(game ? `/${game}/api/` : '/api/', { t });
const memory = openMemory(game || 'default');
const sound = createSound();
const openid = memory.openid();
let profile = memory.profile();
// Good news from before this visit, shown beside the board.
let news = '';

function translate() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.title = t('title');
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  part('canvas').setAttribute('aria-label', t('canvas'));
}

function show(view) {
  document.body.className = `show-${view}`;
  scrollTo(0, 0);
}

function showError(message, retry = null) {
  part('error').textContent = message;
  part('retry').hidden = !retry;
  part('retry').onclick = retry;
  find('#error').hidden = !message;
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

async function start(event) {
  event.preventDefault();
  const entered = readForm();
  if (!entered) return;
  part('start').disabled = true;
  try {
    await api.postUserInfo({ openid, nickname: entered.nickname, headimgurl: entered.avatar });
    profile = entered;
    memory.keepProfile(profile);
    showError('');
    play();
  } catch (error) {
    showError(error.message);
  } finally {
    part('start').disabled = false;
  }
}

async function play() {
  show('play');
  const query = new URLSearchParams(location.search);
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
    onProgress(points, secondsLeft) {
      find('#live-score').textContent = number(points);
      find('#time-left').textContent = t('seconds', { n: secondsLeft });
    },
  });
  part('score').textContent = number(score);
  part('score').dataset.value = score;
  part('score').dataset.recording = JSON.stringify(recording);
  find('#place').textContent = '';
  show('result');
  part('result').focus({ preventScroll: true });
  // Kept before it is sent: the page may close half way.
  memory.keepUnsent(score);
  await sendScore();
}

async function sendScore() {
  const score = memory.unsentScore();
  if (score === null) return refresh();
  const say = (text) => { part('outcome').textContent = text; };
  say(t('sending'));
  showError('');
  news = '';
  try {
    const outcome = await api.postScore(openid, score);
    memory.forgetUnsent(score);
    part('result').classList.toggle('best', outcome !== 'notBetter');
    say(t(outcome));
    if (!document.body.classList.contains('show-result')) news = t('sentLater', { n: number(score) });
  } catch (error) {
    say('');
    if (error.kind === 'refused') {
      memory.forgetUnsent(score);
      showError(t('refused', { reason: error.reason }));
    } else {
      showError(t('unsent', { n: number(score), reason: error.message }), sendScore);
    }
  }
  return refresh();
}

async function refresh() {
  const note = part('board-note');
  note.textContent = t('loading');
  part('refresh').disabled = true;
  try {
    const best = await api.userScore(openid);
    const rows = await api.topHundred();
    const own = ownRow(rows, profile, best);
    drawRows(part('board'), rows, own, t, number);
    part('best').textContent = best === null ? '–' : number(best);
    find('#place').textContent = own < 0 ? '' : t('place', { n: own + 1 });
    note.textContent = `${news} ${rows.length ? t('loaded', { n: rows.length }) : t('empty')}`.trim();
  } catch (error) {
    note.textContent = t('boardFailed');
    if (find('#error').hidden) showError(error.message);
  } finally {
    part('refresh').disabled = false;
    document.documentElement.dataset.ready = 'true';
  }
}

// The board as it changes: asked for anew when the server says so, and not while somebody plays.
function follow() {
  if (!game || typeof EventSource !== 'function') return;
  let seen = '';
  new EventSource(`/boards/${game}/main/live?window=all_time&top=100`).addEventListener('standings', (event) => {
    if (seen && seen !== event.data && !document.body.classList.contains('show-play')) refresh();
    seen = event.data;
  });
}

function drawOwnFace() {
  drawFace(find('#face'), part('nickname').value, part('avatar').value.trim());
}

function showSound() {
  part('mute').setAttribute('aria-pressed', String(!sound.muted));
}

translate();
showSound();
part('mute').onclick = () => { sound.wake(); sound.toggle(); showSound(); };
for (const type of ['pointerdown', 'keydown']) addEventListener(type, () => sound.wake(), { passive: true });
follow();
part('nickname').value = profile.nickname;
part('avatar').value = profile.avatar;
drawOwnFace();
part('nickname').addEventListener('input', drawOwnFace);
part('avatar').addEventListener('change', drawOwnFace);
part('profile-form').addEventListener('submit', start);
part('again').addEventListener('click', play);
part('edit').addEventListener('click', () => show('profile'));
part('refresh').addEventListener('click', () => {
  showError('');
  sendScore();
});
addEventListener('online', () => memory.unsentScore() !== null && sendScore());
sendScore();
