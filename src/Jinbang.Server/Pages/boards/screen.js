// The big screen: its lines, live, a countdown by the server's clock, and a display that stays awake.
import { follow } from './lines.js';

const clock = document.getElementById('countdown');
let shown = '';

if (clock) {
  const ahead = Number(clock.dataset.now) - Date.now();
  const tick = () => {
    const left = Math.max(0, Math.ceil((Number(clock.dataset.ends) - Date.now() - ahead) / 1000));
    const [days, hours, minutes, seconds] = [Math.floor(left / 86400), Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60];
    const two = (value) => String(value).padStart(2, '0');
    clock.textContent = `${days ? `${days}:` : ''}${two(hours)}:${two(minutes)}:${two(seconds)}`;
    // The next window has an end of its own: the page is asked for anew, a moment later and not by all screens at once.
    if (left === 0) setTimeout(() => location.reload(), 3000 + Math.random() * 4000);
    else setTimeout(tick, 1000 - ((Date.now() + ahead) % 1000));
  };
  tick();
}

follow(document.getElementById('lines'), (page) => {
  // Another day has begun.
  if (shown && page.window.name !== shown) location.reload();
  shown = page.window.name;
});

const awake = () => { if (navigator.wakeLock && document.visibilityState === 'visible') navigator.wakeLock.request('screen').catch(() => {}); };
document.addEventListener('visibilitychange', awake);
awake();
