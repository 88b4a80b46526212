using System.Text;
using Jinbang.Boards.Games;
using Jinbang.Boards.Players;
using Jinbang.Boards.Storage;
using Jinbang.Boards.Submissions;
using Jinbang.Boards.Windows;
using Jinbang.Ranking;

namespace Jinbang.Simulation.Tests.Sharing;

// What one process sees of the disk: statements and transactions as PostgreSQL runs them, each at one moment, with time before and after it. The committer's calls happen inside its
// call, all others are answered later. A writing call may fail before it, may be stored with nobody knowing, or may be stored later, unless its board was claimed or
// the writer's generation raised meanwhile.

/// <summary>A shared store in memory, with faults.</summary>
internal sealed partial class SharedMemoryStore(World world, Process process) : ISharedStore
{
    private readonly SharedDisk disk = world.Disk;
    private readonly Dictionary<int, long> claims = [];
    private readonly Dictionary<int, long> before = [];
    private readonly Dictionary<int, long> lastEpochs = [];
    private long generation = 1;
    private long attempt;
    private bool isInDoubt;
    private bool isCommitInDoubt;

    public int Member { get; private set; }

    private long LeaseNow => world.Now;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask<int> PutGameAsync(GameDefinition game, CancellationToken cancellationToken) => Write([], () =>
    {
        var known = disk.Games.Find(other => other.Definition.Id == game.Id);
        if (known is null)
        {
            disk.Games.Add(known = new SharedGame { Number = disk.Games.Count + 1, Definition = game with { Boards = [] } });
            disk.Catalog++;
        }

        return known.Number;
    });

    public ValueTask<int> PutBoardAsync(int game, BoardDefinition board, CancellationToken cancellationToken)
    {
        var there = disk.Boards.Find(other => other.Game == game && other.Definition.Name == board.Name);
        return Write(there is null ? [] : [there.Number], () =>
        {
            var known = disk.Boards.Find(other => other.Game == game && other.Definition.Name == board.Name);
            if (known is null)
            {
                disk.Boards.Add(known = new SharedRow { Number = ++disk.LastBoard, Game = game, Definition = board, ErasedThrough = disk.Erasures.Count });
                known.States.Add(new BoardState([]));
                disk.Catalog++;
            }
            else if (!DefinitionJson.AreEqual(known.Definition, board))
            {
                known.Definition = board;
                CountCommit();
                disk.Catalog++;
            }

            return known.Number;
        });
    }

    public ValueTask DeleteBoardAsync(int board, CancellationToken cancellationToken) => throw new NotSupportedException("No history deletes boards.");

    public ValueTask DeleteGameAsync(int game, CancellationToken cancellationToken) => throw new NotSupportedException("No history deletes games.");

    public ValueTask<IReadOnlyList<int>> OpenWindowsAsync(IReadOnlyList<WindowOpening> windows, CancellationToken cancellationToken) =>
        Write<IReadOnlyList<int>>([.. windows.Select(static window => window.Board)], () =>
        {
            var numbers = windows.Select(window =>
                disk.Windows.Find(other => other.Stored.Board == window.Board && other.Stored.Rule == window.Rule && other.Stored.Key == window.Key && other.Stored.State != WindowState.Replaced)
                    is { } known ? known.Stored.Number : Add(window)).ToArray();
            foreach (var board in windows.Select(static window => window.Board).Distinct())
            {
                Changed(board);
            }

            return numbers;
        });

    public ValueTask<IReadOnlyList<int>> ReplaceWindowsAsync(
        int board, BoardDefinition definition, IReadOnlyList<WindowReplacement> windows, CancellationToken cancellationToken) => Write<IReadOnlyList<int>>([board], () =>
    {
        var row = disk.Board(board)!;
        var numbers = new int[windows.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var old = disk.Window(windows[i].Replaces);
            if (old.Stored.State != WindowState.Open)
            {
                throw SharedDisk.Wrong($"window {old.Stored} is replaced and not open");
            }

            var players = windows[i].Entries.Select(static entry => entry.Player.Number).ToHashSet();
            if (!players.SetEquals(old.Entries.Keys))
            {
                throw SharedDisk.Wrong($"a rebuild of window {old.Stored.Name} has the players {string.Join(",", players.Order())} and not {string.Join(",", old.Entries.Keys.Order())}");
            }

            old.Stored = old.Stored with { State = WindowState.Replaced };
            numbers[i] = Add(windows[i].Opening);
            var window = disk.Window(numbers[i]);
            foreach (var entry in windows[i].Entries)
            {
                window.Folded.Add(entry.Player.Number, entry);
                window.Entries.Add(entry.Player.Number, entry);
                row.LastOrder = Math.Max(row.LastOrder, entry.Order);
            }
        }

        row.Definition = definition;
        disk.Catalog++;
        CountCommit();
        Changed(board);
        return numbers;
    });

    public ValueTask<IReadOnlyList<PlayerId>> RegisterAsync(int game, IReadOnlyList<ExternalId> players, CancellationToken cancellationToken) => Write<IReadOnlyList<PlayerId>>([], () =>
    {
        var target = Game(game);
        return [.. players.Select(player =>
        {
            var id = Encoding.UTF8.GetString(player.Utf8);
            if (!target.Players.TryGetValue(id, out var number))
            {
                target.Players.Add(id, number = ++target.LastPlayer);
            }

            return new PlayerId(number);
        })];
    });

    public ValueTask<long> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        batch.SubmissionResults.Clear();
        batch.ProfileResults.Clear();
        attempt++;
        var boards = new HashSet<int>(batch.Submissions.Select(static row => row.Board));
        boards.UnionWith(batch.Closings.Select(closing => disk.Window(closing.Window).Stored.Board));
        batch.SubmissionResults.AddRange(Enumerable.Repeat(RowResult.Added, batch.Submissions.Count));
        batch.ProfileResults.AddRange(Enumerable.Repeat(RowResult.Added, batch.Profiles.Count));

        // What is stored later must not be what the batch has become by then.
        var rows = batch.Submissions.ToArray();
        var lines = batch.Windows.ToArray();
        var closings = batch.Closings.ToArray();
        var events = batch.Events.ToArray();
        var epochs = boards.ToDictionary(static board => board, board => claims.GetValueOrDefault(board, -1));
        var (at, number) = (batch.At, attempt);
        return Write([.. boards], () =>
        {
            foreach (var row in rows)
            {
                world.Tell($"process {process.Number} stores submission {Encoding.UTF8.GetString(row.Metadata!)}, order {row.Order}");
                Append(at, epochs[row.Board], row, lines.AsSpan(row.FirstWindow, row.WindowCount).ToArray());
            }

            foreach (var closing in closings)
            {
                Close(closing);
            }

            foreach (var row in events)
            {
                if (!disk.Events.Add(row.Id))
                {
                    throw SharedDisk.Wrong($"event {row.Id} comes twice");
                }
            }

            foreach (var board in closings.Length > 0 ? boards : [])
            {
                Changed(board);
            }

            CountCommit();
            var me = disk.Members[Member];
            (me.LastAttempt, me.LastCommit) = (number, disk.Commit);
            return disk.Commit;
        }, isCommit: true);
    }

    public ValueTask<long> EraseAsync(int game, IReadOnlyList<PlayerId> players, IReadOnlyList<int> openWindows, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Where the store is shared, players are erased board by board.");

    public ValueTask<long> EraseFromBoardAsync(
        int board, IReadOnlyList<PlayerId> players, IReadOnlyList<int> openWindows, long through, CancellationToken cancellationToken) => Write([board], () =>
    {
        var row = disk.Board(board)!;
        world.Tell($"players {string.Join(",", players.Select(static player => player.Number))} are erased from board {board} and its windows {string.Join(",", openWindows)}, through {through}");
        Fold(row);
        foreach (var player in players)
        {
            if (world.Mutant != SharedMutant.ErasesNothing)
            {
                row.Log.RemoveAll(logged => logged.Row.Player == player);
            }

            foreach (var window in disk.Windows)
            {
                if (window.Stored.Board == board && openWindows.Contains(window.Stored.Number) && world.Mutant != SharedMutant.ErasesNothing)
                {
                    window.Folded.Remove(player.Number);
                    window.Entries.Remove(player.Number);
                }
            }
        }

        row.ErasedThrough = Math.Max(row.ErasedThrough, through);
        Changed(board);
        CountCommit();
        return disk.Commit;
    });

    public ValueTask<long> DeleteProfileAsync(int game, PlayerId player, CancellationToken cancellationToken) => Write([], () => disk.Commit);

    /// <summary>Folds what was committed to one of its boards.</summary>
    public ValueTask<bool> MaintainAsync(CancellationToken cancellationToken)
    {
        foreach (var (board, epoch) in claims)
        {
            if (disk.Board(board) is { } row && row.Epoch == epoch && row.LastNumber - row.Folded > 3)
            {
                Fold(row);
            }
        }

        return new(false);
    }

    public ValueTask<long?> SettleAsync(CancellationToken cancellationToken)
    {
        if (!isInDoubt)
        {
            return new(default(long?));
        }

        Pause(200);
        if (world.Now < process.CutOffUntil || world.Chance(300))
        {
            throw new StoreUnavailableException("It cannot be said yet.");
        }

        var me = Me();
        if (world.Mutant != SharedMutant.SettlesWithoutEnd)
        {
            me.Generation++;
        }

        generation = me.Generation;
        var stored = isCommitInDoubt && me.LastAttempt == attempt && world.Mutant != SharedMutant.SettlesWrongly ? me.LastCommit : default(long?);
        (isInDoubt, isCommitInDoubt) = (false, false);
        world.Tell($"process {process.Number} settles: {(stored is null ? "not stored" : "stored")}");
        Pause(50);
        return new(stored);
    }

    public ValueTask<int> JoinAsync(MemberDescription description, TimeSpan lease, CancellationToken cancellationToken)
    {
        Member = ++disk.LastMember;
        disk.Members.Add(Member, new SharedMember { LeaseUntil = LeaseNow + lease.Ticks });
        return new(Member);
    }

    public async ValueTask<Renewal> RenewAsync(MemberLoad load, TimeSpan lease, CancellationToken cancellationToken)
    {
        var early = await Later(Lost, isWriting: false, isSkipped: world.Mutant != SharedMutant.ReadsLossesEarly);
        var (isMember, renewed) = await Later(() =>
        {
            if (!disk.Members.TryGetValue(Member, out var me) || me.LeaseUntil <= LeaseNow - TimeSpan.TicksPerMinute)
            {
                return (false, 0L);
            }

            me.LeaseUntil = LeaseNow + lease.Ticks;
            return (true, world.Now);
        });
        var lost = await Later(Lost, isWriting: false);
        if (world.Mutant == SharedMutant.RenewsFromAnswer && isMember)
        {
            // As if the member had measured from now: its lease ends as much earlier here.
            disk.Members[Member].LeaseUntil -= world.Now - renewed;
        }

        lost = world.Mutant switch { SharedMutant.HidesLosses => [], SharedMutant.ReadsLossesEarly => early, _ => lost };
        foreach (var (board, epoch) in world.Mutant == SharedMutant.KeepsUnknownClaims ? [] : lost)
        {
            lastEpochs[board] = Math.Max(lastEpochs.GetValueOrDefault(board), epoch);
        }

        return new Renewal(isMember, [.. lost.Select(static lost => lost.Board)], disk.Catalog, 0, disk.Erasures.Count);

        List<(int Board, long Epoch)> Lost() => [.. disk.Handovers.Where(handover => handover.Key.Former == Member).Select(static handover => (handover.Key.Board, handover.Value)).Order()];
    }

    public ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        foreach (var board in disk.Boards)
        {
            board.Owner = board.Owner == Member ? 0 : board.Owner;
        }

        foreach (var handover in disk.Handovers.Keys.Where(handover => handover.Former == Member).ToList())
        {
            disk.Handovers.Remove(handover);
        }

        disk.Members.Remove(Member);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<bool> ClaimAsync(int board, CancellationToken cancellationToken)
    {
        if (board == 0)
        {
            return false;
        }

        var sent = disk.Board(board)?.LastNumber ?? 0;
        var epoch = await Later(() =>
        {
            if (disk.Board(board) is not { } row)
            {
                return 0;
            }

            if (row.Owner != 0 && row.Owner != Member && world.Mutant != SharedMutant.ForgetsFormer)
            {
                disk.Handovers[(row.Owner, board)] = row.Epoch;
            }

            disk.Handovers.Remove((Member, board));
            world.Tell($"board {board} is claimed by member {Member} from {row.Owner}, epoch {row.Epoch + 1}");
            row.Owner = Member;
            return ++row.Epoch;
        });
        if (epoch == 0)
        {
            return false;
        }

        await Later(() => true, isWriting: false);
        (claims[board], before[board], lastEpochs[board]) = (epoch, sent, epoch);
        return true;
    }

    public ValueTask<IReadOnlyList<int>> ReadOrphansAsync(int limit, CancellationToken cancellationToken) => Later<IReadOnlyList<int>>(
        () => [.. disk.Boards.Where(row => !IsAlive(row.Owner)).Select(static row => row.Number).Take(limit)], isWriting: false);

    public ValueTask<TimeSpan> ReadWaitAsync(int board, CancellationToken cancellationToken) => Later(
        () => world.Mutant == SharedMutant.DoesNotWait ? TimeSpan.Zero : TimeSpan.FromTicks(
            disk.Handovers.Keys.Where(handover => handover.Board == board).Select(handover => disk.Members.TryGetValue(handover.Former, out var former) ? former.LeaseUntil - LeaseNow : 0).Append(0).Max()),
        isWriting: false);

    public async ValueTask ReleaseAsync(IReadOnlyCollection<int> boards, CancellationToken cancellationToken)
    {
        foreach (var board in boards)
        {
            claims.Remove(board);
        }

        // What is claimed after this moment is not given up, however late this is stored.
        var epochs = boards.ToDictionary(
            static board => board, board => world.Mutant == SharedMutant.ReleasesLaterClaims ? long.MaxValue : lastEpochs.GetValueOrDefault(board));
        await Later(() =>
        {
            foreach (var (board, epoch) in epochs)
            {
                if (disk.Board(board) is { } row && row.Owner == Member && row.Epoch <= epoch)
                {
                    row.Owner = 0;
                }

                if (disk.Handovers.GetValueOrDefault((Member, board)) <= epoch)
                {
                    disk.Handovers.Remove((Member, board));
                }

                world.Tell($"board {board} is released by member {Member}");
            }

            return true;
        });
    }

    public async ValueTask SetFollowerAsync(int board, int follower, CancellationToken cancellationToken) => await Later(() => true);

    public async ValueTask NoteFollowedAsync(int board, long through, CancellationToken cancellationToken) => await Later(() => true);

    public ValueTask<long> BeginErasureAsync(int game, IReadOnlyList<PlayerId> players, CancellationToken cancellationToken) => Later<long>(() =>
    {
        foreach (var player in players)
        {
            foreach (var (id, number) in Game(game).Players)
            {
                if (number == player.Number)
                {
                    Game(game).Players.Remove(id);
                }
            }

            disk.Erasures.Add(new Erasure(disk.Erasures.Count + 1, game, player));
        }

        return disk.Erasures.Count;
    });

    private SharedMember Me() => disk.Members.TryGetValue(Member, out var me) ? me : throw new StoreBrokenException("Cleared away.");

    private bool IsAlive(int member) => disk.Members.TryGetValue(member, out var found) && found.LeaseUntil > LeaseNow;

    /// <summary>A transaction of the committer, fenced.</summary>
    private ValueTask<T> Write<T>(int[] boards, Func<T> effect, bool isCommit = false)
    {
        if (isInDoubt)
        {
            throw SharedDisk.Wrong("the committer writes while a call of unknown outcome is not settled");
        }

        if (world.IsCalm && Member == 0)
        {
            return new(effect());
        }

        var epochs = Array.ConvertAll(boards, board => claims.GetValueOrDefault(board, -1));
        var mine = generation;
        var early = world.Mutant == SharedMutant.FencesEarly ? Lost() : null;
        Pause(100);
        Die();
        if (world.Now < process.CutOffUntil || world.Chance(world.FaultsOfThousand / 2))
        {
            throw new StoreUnavailableException("The store is out of reach.");
        }

        if (!world.Chance(world.FaultsOfThousand))
        {
            if (Me().Generation != mine)
            {
                throw SharedDisk.Wrong("the committer writes under an old generation");
            }

            Fence(early ?? Lost());
            var answer = effect();
            Pause(100);
            Die();
            return new(answer);
        }

        // Nobody knows.
        switch (world.Random.Next(3))
        {
            case 0:
                Fence(early ?? Lost());
                effect();
                world.Tell($"process {process.Number} is not told that its call was stored");
                break;

            case 1:
                world.Tell($"process {process.Number} is not told that its call was not stored");
                break;

            default:
                world.Tell($"process {process.Number} sends a call that may be stored later");
                world.After(World.Milliseconds(world.Random.Next(1, 1_500)), null, () =>
                {
                    if (disk.Members.TryGetValue(Member, out var me) && me.Generation == mine && (early ?? Lost()).Count == 0)
                    {
                        world.Tell($"the late call of process {process.Number} is stored");
                        effect();
                    }
                });
                break;
        }

        Pause(100);
        Die();
        (isInDoubt, isCommitInDoubt) = (true, isCommit);
        throw new StoreUncertainException("The answer did not come.");

        List<int> Lost() => world.Mutant == SharedMutant.HasNoFence ? [] : [.. boards.Where((board, i) => disk.Board(board)?.Epoch != epochs[i])];
    }

    private void Fence(List<int> lost)
    {
        if (lost.Count > 0)
        {
            lost.ForEach(board => claims.Remove(board));
            world.Tell($"process {process.Number} has lost {string.Join(",", lost)}");
            throw new BoardsLostException(lost);
        }
    }

    /// <summary>The world goes on inside a call.</summary>
    private void Pause(int ofThousand)
    {
        if (world.CanPause && world.Chance(ofThousand))
        {
            if (world.Chance(300))
            {
                world.Freeze(process);
                world.Tell($"process {process.Number} freezes in a call");
            }

            world.Interlude(process, World.Milliseconds(world.Random.Next(0, 300)));
        }
    }

    /// <summary>What a process that was killed meanwhile does no more.</summary>
    private void Die()
    {
        if (!process.IsAlive)
        {
            throw new Storage.CrashException();
        }
    }

    /// <summary>A statement of the committer happens now, one of others takes time before and after.</summary>
    private ValueTask<T> Later<T>(Func<T> effect, bool isWriting = true, bool isSkipped = false)
    {
        if (isSkipped)
        {
            return new(default(T)!);
        }

        if (world.IsCalm && Member == 0)
        {
            return new(effect());
        }

        if (process.IsCommitter)
        {
            Pause(30);
            Die();
            return world.Now < process.CutOffUntil || world.Chance(world.FaultsOfThousand / 2) ? throw new StoreUnavailableException("The store is out of reach.") : new(effect());
        }

        if (world.IsCalm || world.Random.Next(2) == 0)
        {
            return new(effect());
        }

        var answer = new TaskCompletionSource<T>();
        if (world.Now < process.CutOffUntil || world.Chance(world.FaultsOfThousand / 2))
        {
            world.After(Latency(), process, () => answer.SetException(new StoreUnavailableException("The store is out of reach.")));
            return new(answer.Task);
        }

        var (isUncertain, isStored, there) = (isWriting && world.Chance(world.FaultsOfThousand), world.Random.Next(2) == 0, Latency());
        if (isUncertain)
        {
            world.After(Latency(), process, () => answer.SetException(new StoreUncertainException("The answer did not come.")));
            if (isStored)
            {
                world.After(there + (world.Random.Next(2) * World.Milliseconds(world.Random.Next(0, 800))), null, () => effect());
            }

            return new(answer.Task);
        }

        world.After(there, null, () =>
        {
            T value;
            try
            {
                value = effect();
            }
            catch (StoreUnavailableException fault)
            {
                answer.SetException(fault);
                return;
            }

            world.After(Latency(), process, () => answer.SetResult(value));
        });
        return new(answer.Task);
    }

    private long Latency() => World.Milliseconds(world.Random.Next(world.IsSlow ? 2 : 8) == 0 ? world.Random.Next(0, 400) : world.Random.Next(0, 5));

    private void CountCommit()
    {
        disk.Commit++;
        world.Tell($"commit {disk.Commit} of process {process.Number}");
    }

    private SharedGame Game(int number) => disk.Games[number - 1];

    private int Add(WindowOpening window)
    {
        var number = disk.Windows.Count + 1;
        disk.Windows.Add(new SharedWindow
        {
            Stored = new StoredWindow(number, window.Board, window.Rule, window.Kind, window.Key, window.Starts, window.Ends, window.Closes, WindowState.Open),
        });
        return number;
    }

    /// <summary>Takes note of the state of a board.</summary>
    private void Changed(int board) => disk.Board(board)!.States.Add(new BoardState(
        [.. disk.Windows.Where(window => window.Stored.Board == board && window.Stored.State != WindowState.Replaced).Select(WindowStandings.Of)]));

    /// <summary>Appends a row, and decides it once more.</summary>
    private void Append(DateTimeOffset at, long epoch, in SubmissionRow row, WindowLine[] lines)
    {
        var board = disk.Board(row.Board)!;
        if (board.Log is [.., var last] && last.Epoch > epoch)
        {
            throw SharedDisk.Wrong($"board {row.Board}: a row of epoch {epoch} comes after one of epoch {last.Epoch}");
        }

        if (row.Order != 0 && row.Order <= board.LastOrder)
        {
            throw SharedDisk.Wrong($"board {row.Board}: order {row.Order} comes after {board.LastOrder}");
        }

        foreach (var logged in board.Log)
        {
            if (logged.Row.Player == row.Player && logged.Row.Key is not null && logged.Row.Key == row.Key)
            {
                throw SharedDisk.Wrong($"board {row.Board}: key {row.Key} is stored twice");
            }
        }

        foreach (var line in lines)
        {
            Decide(board, row, line);
        }

        board.LastOrder = Math.Max(board.LastOrder, row.Order);
        board.Log.Add(new LoggedRow(
            new StoredSubmission
            {
                Number = ++board.LastNumber,
                At = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()),
                Board = row.Board,
                Player = row.Player,
                Order = row.Order,
                Submitted = row.Submitted,
                Result = row.Result,
                Key = row.Key,
                Metadata = row.Metadata,
                Windows = lines,
            },
            epoch,
            board.States.Count));

        // Readers may look between two rows of a commit.
        Changed(board.Number);
    }

    private void Decide(SharedRow board, in SubmissionRow row, in WindowLine line)
    {
        var window = disk.Window(line.Window);
        if (window.Stored.State != WindowState.Open || window.Stored.Board != board.Number)
        {
            throw SharedDisk.Wrong($"a submission feeds window {window.Stored}");
        }

        Entry? had = window.Entries.TryGetValue(row.Player.Number, out var known) ? known : null;
        var (result, kept) = Plain.Keep(board.Definition.Keep, had?.Scores.First, row.Submitted.First);
        var rankBefore = had is { } entry ? Plain.RankOf(window.Entries, entry) : 0;
        if (result is SubmitResult.First or SubmitResult.Improved)
        {
            window.Entries[row.Player.Number] = new Entry(row.Player, line.Scores, row.Order);
        }

        var rank = Plain.RankOf(window.Entries, window.Entries[row.Player.Number]);
        if (line.Result != result || line.Scores.First != kept || line.Rank.Place != rank || line.RankBefore.Place != rankBefore || line.Count != window.Entries.Count)
        {
            throw SharedDisk.Wrong(
                $"board {board.Number}, player {row.Player.Number}, {row.Submitted.First} in window {window.Stored.Number}: stored {line.Result} {line.Scores.First}, rank {line.Rank.Place} after "
                + $"{line.RankBefore.Place} of {line.Count}; expected {result} {kept}, rank {rank} after {rankBefore} of {window.Entries.Count}");
        }
    }

    private void Close(WindowClosing closing)
    {
        var window = disk.Window(closing.Window);
        if (window.Stored.State != WindowState.Open)
        {
            throw SharedDisk.Wrong($"window {window.Stored} closes and is not open");
        }

        var checksum = 0UL;
        foreach (var entry in window.Entries.Values)
        {
            checksum += EntryDigest.Of(entry);
        }

        if (closing.Count != window.Entries.Count || closing.Checksum != checksum)
        {
            throw SharedDisk.Wrong($"window {window.Stored.Name} closes with {closing.Count} entries, expected {window.Entries.Count}, or with another sum");
        }

        window.Stored = window.Stored with { State = WindowState.Closed, Closing = closing };
    }

    private void Fold(SharedRow board)
    {
        foreach (var (row, _, _) in board.Log)
        {
            foreach (var line in row.Number > board.Folded ? row.Windows : [])
            {
                if (line.ChangesEntry)
                {
                    disk.Window(line.Window).Folded[row.Player.Number] = new Entry(row.Player, line.Scores, row.Order);
                }
            }
        }

        board.Folded = board.LastNumber;
    }
}
