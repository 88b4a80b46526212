// What happens around the player, from one view of the standings to the next.

const NEAR = 5;
const NEAR_TOP = 10;

const linesOf = ({ lines, player }) => new Map([...lines, ...((player && player.around) || []), ...(player ? [player] : [])].map((line) => [line.player, line]));

/**
 * News between two views of a window, as live() of the client gives them: at most three, the nearest first.
 * Each is { kind, line }: `up` and `down` are the player's own place, `passed` is who went past him, `scored` who has a new score near him, or near the top when he has none.
 */
export function newsOf(before, now) {
  if (!before) return [];
  const [old, own] = [linesOf(before), now.player];
  const news = [];
  const was = before.player;
  if (own && was && own.rank !== was.rank) news.push({ kind: own.rank < was.rank ? 'up' : 'down', line: own });
  for (const line of linesOf(now).values()) {
    if (!line.player || (own && line.player === own.player)) continue;
    const earlier = old.get(line.player);
    // Nobody can tell whether somebody who was not in view before has a new score, unless all were in view.
    const isNew = earlier ? earlier.score !== line.score : before.window.count === before.lines.length;
    if (!isNew) continue;
    const distance = own ? Math.abs(line.rank - own.rank) : line.rank;
    if (distance > (own ? NEAR : NEAR_TOP)) continue;
    const passes = own && was && line.rank < own.rank && (!earlier || earlier.rank > was.rank);
    news.push({ kind: passes ? 'passed' : 'scored', line, distance });
  }
  return news.sort((a, b) => (a.distance || 0) - (b.distance || 0)).slice(0, 3);
}
