// The sounds of the table, made of a few oscillators: nothing is loaded. Browsers let them be heard after the first touch; whoever mutes them stays unbothered next time.

const KEPT = 'jinbang:muted';
// Frequency, how long, shape, and where the frequency goes.
const TONES = {
  points: [520, 0.09, 'triangle', 780],
  jackpot: [660, 0.5, 'square', 1320],
  roll: [440, 0.8, 'square', 1760],
  spin: [900, 0.03, 'triangle', 700],
  bonus: [392, 0.4, 'triangle', 588],
  kick: [160, 0.2, 'sawtooth', 480],
  saved: [330, 0.35, 'sine', 660],
  shot: [140, 0.25, 'sawtooth', 420],
  flip: [190, 0.05, 'square', 120],
  over: [300, 0.6, 'sine', 90],
};
const MOST_AT_ONCE = 8;

export function createSound(storage = safeStorage(), Context = globalThis.AudioContext || globalThis.webkitAudioContext) {
  let muted = storage.getItem(KEPT) === '1';
  let context = null;
  let playing = 0;
  return {
    get muted() { return muted; },
    toggle() {
      muted = !muted;
      storage.setItem(KEPT, muted ? '1' : '0');
      return muted;
    },
    /** To be called in a touch or a key press: only then may a page be heard. */
    wake() {
      if (!context && Context) context = new Context();
      if (context && context.state === 'suspended') context.resume();
    },
    play(kind, points = 0) {
      const tone = TONES[kind];
      if (muted || !context || context.state !== 'running' || !tone || playing >= MOST_AT_ONCE) return;
      const [from, seconds, shape, to] = tone;
      const [oscillator, volume] = [context.createOscillator(), context.createGain()];
      const now = context.currentTime;
      // What gives more is heard higher.
      const pitch = 1 + Math.min(points, 100) / 200;
      oscillator.type = shape;
      oscillator.frequency.setValueAtTime(from * pitch, now);
      oscillator.frequency.exponentialRampToValueAtTime(to * pitch, now + seconds);
      volume.gain.setValueAtTime(0.12, now);
      volume.gain.exponentialRampToValueAtTime(0.001, now + seconds);
      oscillator.connect(volume).connect(context.destination);
      playing += 1;
      oscillator.onended = () => { playing -= 1; };
      oscillator.start(now);
      oscillator.stop(now + seconds);
    },
  };
}

function safeStorage() {
  try {
    localStorage.getItem(KEPT);
    return localStorage;
  } catch {
    const kept = {};
    return { getItem: (key) => kept[key] ?? null, setItem: (key, value) => { kept[key] = value; } };
  }
}
