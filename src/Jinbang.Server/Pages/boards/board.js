// The page of a board: its lines, live.
import { follow } from './lines.js';

const body = document.getElementById('lines');
if (body.dataset.live) follow(body);
