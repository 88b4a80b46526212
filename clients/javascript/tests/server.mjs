// The real server, as a process on a free port over a folder of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../artifacts/bin/Jinbang.Server/release/jinbang.dll', import.meta.url));

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until something holds. */
export async function until(what, holds, ms = 15000) {
  for (const end = Date.now() + ms; ;) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`Not within ${ms} ms: ${what}`);
    await pause(30);
  }
}

/** A port below those that the system gives to outgoing connections: one of them would take it while its server is down. */
export async function freePort() {
  for (;;) {
    const port = 15000 + Math.floor(Math.random() * 17000);
    const probe = createServer();
    const isFree = await new Promise((done) => probe.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true)));
    if (isFree) {
      await new Promise((done) => probe.close(done));
      return port;
    }
  }
}

export class Server {
  static async start(settings = {}) {
    const server = new Server();
    server.folder = mkdtempSync(join(tmpdir(), 'jinbang-clients-'));
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    server.settings = { JINBANG_Limits__RequestsPerSecond: '0', ...settings };
    await server.begin();
    return server;
  }

  /** Starts it (again) on the same port and folder. */
  async begin() {
    this.child = spawn('dotnet', [program, '--urls', this.url, '--data', join(this.folder, 'data')], { env: { ...process.env, ...this.settings }, stdio: ['ignore', 'ignore', 'inherit'] });
    this.ended = new Promise((done) => this.child.once('exit', done));
    await until('the server is ready', () => fetch(`${this.url}/health/ready`).then((reply) => reply.ok, () => false), 30000);
    this.key ||= readFileSync(join(this.folder, 'data', 'operator.key'), 'utf8').trim();
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async stop() {
    await this.kill();
    rmSync(this.folder, { recursive: true });
  }

  /** Calls the v1 API as the operator. */
  async v1(method, path, body) {
    const reply = await fetch(`${this.url}/v1${path}`, {
      method, headers: { Authorization: `Bearer ${this.key}`, 'Content-Type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** Makes a game with a board and a client key. */
  async game(board = {}) {
    this.games = (this.games || 0) + 1;
    const game = `game-${this.games}`;
    await this.v1('PUT', `/games/${game}`, {});
    await this.v1('PUT', `/games/${game}/boards/main`, { writers: 'player', metadata_bytes: 64, ...board });
    const { secret } = await this.v1('POST', `/games/${game}/keys`, { kind: 'client', name: 'test' });
    return { game, key: secret };
  }

  async lines(game) {
    return (await this.v1('GET', `/games/${game}/boards/main/windows/all_time/standings?limit=100`)).lines;
  }
}
