using System.Diagnostics;

namespace Jinbang.ClusterTests;

// The log in the database is what was stored, board by board in one order. The checker replays it into the plainest model there is and holds against it:
//
//   rows       what each row says it did (result, score kept, rank, rank before, count) must be what the model says: an owner who took over with anything missing would say otherwise
//   receipts   each acknowledged submission is in the log once and says the same; an unknown one at most once; a repetition tells the first answer
//   real time  of two acknowledged submissions the one that ended before the other began has the smaller number
//   reads      there is a prefix of the log that shows exactly what was read, not before what was acknowledged before the read began, and not after what began after it ended
//   heads      the same, but for what was acknowledged in the last moments before the read; and none shows less than an earlier one of the same server
//   windows    each closed once, with one event, holding what the model has at its last order; nothing changes it afterwards

/// <summary>Finds what is wrong with a history.</summary>
internal sealed class Checker(BoardHistory history, TimeSpan headAge)
{
    private readonly List<string> faults = [];
    private readonly List<Dictionary<string, (long Score, long Order)>> states = [];
    private readonly Dictionary<int, Dictionary<string, (long Score, long Order)>> windows = [];

    /// <summary>How many reads were checked.</summary>
    public int Reads { get; private set; }

    /// <summary>Says what is wrong; empty when nothing is.</summary>
    public IReadOnlyList<string> Check()
    {
        Replay();
        CheckReceipts();
        CheckRealTime();
        CheckReads();
        CheckHeads();
        CheckWindows();
        return faults;
    }

    private void Replay()
    {
        states.Add([]);
        var expected = 1L;
        foreach (var row in history.Log)
        {
            if (row.Number != expected++)
            {
                faults.Add($"row {row.Number} comes where {expected - 1} was expected");
                expected = row.Number + 1;
            }

            foreach (var line in row.Lines)
            {
                CheckLine(row, line);
            }

            states.Add(new(windows.GetValueOrDefault(history.AllTime) ?? []));
        }
    }

    private void CheckLine(LogRow row, LogLine line)
    {
        var window = windows.TryGetValue(line.Window, out var known) ? known : windows[line.Window] = [];
        var isThere = window.TryGetValue(row.Player, out var before);
        var rankBefore = isThere ? RankOf(window, row.Player) : 0;
        var (changes, kept) = history.Keep switch
        {
            "best" => (!isThere || row.Score > before.Score, isThere ? Math.Max(before.Score, row.Score) : row.Score),
            "latest" => (true, row.Score),
            "sum" => (true, before.Score + row.Score),
            _ => (!isThere, isThere ? before.Score : row.Score),
        };
        if (changes)
        {
            window[row.Player] = (kept, row.Order);
        }

        var result = !isThere ? 1 : changes ? 2 : 3;
        var model = history.HasRanks
            ? new LogLine(line.Window, result, RankOf(window, row.Player), rankBefore, window.Count, kept)
            : new LogLine(line.Window, result, 0, 0, 0, kept);
        if (model != line)
        {
            faults.Add($"row {row.Number} says {line}, the model {model}");
        }
    }

    private void CheckReceipts()
    {
        var rows = history.Log.Where(static row => row.Key is not null).ToLookup(static row => row.Key!);
        foreach (var group in history.Calls.Where(static call => call.Kind == CallKind.Submit).GroupBy(static call => call.Key!))
        {
            var stored = rows[group.Key].ToList();
            if (stored.Count > 1)
            {
                faults.Add($"key {group.Key} is stored {stored.Count} times");
            }

            foreach (var call in group.Where(static call => call.IsAcknowledged))
            {
                if (stored.Count == 0)
                {
                    faults.Add($"LOST: {call.Score} of {call.Player} was acknowledged by server {call.Server} and is not stored");
                    continue;
                }

                var line = stored[0].Lines.FirstOrDefault(line => line.Window == history.AllTime);
                if (line is null || stored[0].Score != call.Score || call.Answer is { } told && (told.Rank, told.RankBefore, told.Count, told.Score) != (line.Rank, line.RankBefore, line.Count, line.Kept))
                {
                    faults.Add($"the receipt of {group.Key} says {call.Answer}, the log {line}");
                }
            }

            if (group.Count(IsFirst) > 1)
            {
                faults.Add($"key {group.Key} was acknowledged as the first more than once");
            }
        }
    }

    private void CheckRealTime()
    {
        var number = Numbers();
        var highest = 0L;
        var acknowledged = First().OrderBy(static call => call.Ended).ToList();
        var next = 0;
        foreach (var call in First().OrderBy(static call => call.Began))
        {
            while (next < acknowledged.Count && acknowledged[next].Ended < call.Began)
            {
                highest = Math.Max(highest, number[acknowledged[next++].Key!]);
            }

            if (number[call.Key!] < highest)
            {
                faults.Add($"{call.Key} has the number {number[call.Key!]} although {highest} was acknowledged before it began");
            }
        }

        IEnumerable<Call> First() => history.Calls.Where(call => IsFirst(call) && number.ContainsKey(call.Key!));
    }

    private static bool IsFirst(Call call) => call is { IsAcknowledged: true, Answer: null or { IsRepeated: false } };

    private void CheckReads()
    {
        var number = Numbers();
        var known = history.Calls.Where(call => call.Kind == CallKind.Submit && number.ContainsKey(call.Key!)).ToList();

        // What was acknowledged is seen by all who come later; a row cannot be seen before the first attempt at it began.
        var ends = known.Where(static call => call.IsAcknowledged).Select(call => (At: call.Ended, Number: number[call.Key!])).OrderBy(static end => end.At).ToArray();
        var begins = known.GroupBy(static call => call.Key!).Select(group => (At: group.Min(static call => call.Began), Number: number[group.Key])).OrderByDescending(static begin => begin.At).ToArray();
        var lowest = Running(ends, Math.Max, 0);
        var highest = Running(begins, Math.Min, long.MaxValue);
        var late = (long)(headAge.TotalSeconds * Stopwatch.Frequency);
        foreach (var call in history.Calls.Where(static call => call.Kind != CallKind.Submit && call.Status == 200).OrderBy(static call => call.Ended))
        {
            Reads++;
            var since = call.Kind == CallKind.Head ? call.Began - late : call.Began;
            var from = At(ends, lowest, since, isBefore: true);
            var to = Math.Min(At(begins, highest, call.Ended, isBefore: false) - 1, states.Count - 1);
            var found = -1L;
            for (var prefix = from; prefix <= to && found < 0; prefix++)
            {
                found = Shows(call, states[(int)prefix]) ? prefix : -1;
            }

            if (found < 0)
            {
                faults.Add($"{call.Kind} of {call.Player} by server {call.Server} shows {call.Answer}{string.Join(' ', call.Lines?.Take(3) ?? [])}: no state from {from} to {to} does");
            }
        }
    }

    /// <summary>Two heads that overlap may arrive in any order: one that began after others had ended must not be older than any of those.</summary>
    private void CheckHeads()
    {
        foreach (var heads in history.Calls.Where(static call => call.Kind == CallKind.Head && call.Status == 200).GroupBy(static call => call.Server))
        {
            var ended = heads.OrderBy(static call => call.Ended).ToList();
            var (next, highest) = (0, 0L);
            foreach (var call in heads.OrderBy(static call => call.Began))
            {
                while (next < ended.Count && ended[next].Ended < call.Began)
                {
                    highest = Math.Max(highest, ended[next++].Version);
                }

                if (call.Version < highest)
                {
                    faults.Add($"server {call.Server} showed version {call.Version} after {highest}");
                }
            }
        }
    }

    private void CheckWindows()
    {
        foreach (var window in history.Windows)
        {
            var rows = history.Log.Where(row => row.Lines.Any(line => line.Window == window.Number)).ToList();
            if (window.State == 1)
            {
                if (window.CloseEvents != 0)
                {
                    faults.Add($"window {window.Number} is open and has {window.CloseEvents} close events");
                }

                continue;
            }

            if (window.CloseEvents != 1)
            {
                faults.Add($"window {window.Number} closed with {window.CloseEvents} events");
            }

            if (rows.Any(row => row.Order > window.LastOrder))
            {
                faults.Add($"window {window.Number} closed at order {window.LastOrder} and was changed later");
            }

            var count = windows.GetValueOrDefault(window.Number)?.Count ?? 0;
            if (count != window.Count)
            {
                faults.Add($"window {window.Number} closed with {window.Count} entries, the model has {count}");
            }
        }
    }

    private Dictionary<string, long> Numbers() => history.Log.Where(static row => row.Key is not null).GroupBy(static row => row.Key!).ToDictionary(static group => group.Key, static group => group.First().Number);

    private static long[] Running((long At, long Number)[] marks, Func<long, long, long> join, long start)
    {
        var all = new long[marks.Length + 1];
        all[0] = start;
        for (var i = 0; i < marks.Length; i++)
        {
            all[i + 1] = join(all[i], marks[i].Number);
        }

        return all;
    }

    /// <summary>The joined number of all marks before a time (in ascending marks) or after it (in descending ones).</summary>
    private static long At((long At, long Number)[] marks, long[] running, long time, bool isBefore)
    {
        var (low, high) = (0, marks.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (isBefore ? marks[middle].At < time : marks[middle].At > time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return running[low];
    }

    private static bool Shows(Call call, Dictionary<string, (long Score, long Order)> state)
    {
        if (call.Kind is CallKind.NotBetter or CallKind.Score)
        {
            return state.TryGetValue(call.Player, out var best) && (call.Kind == CallKind.Score ? best.Score == call.Score : best.Score >= call.Score);
        }

        if (call.Kind == CallKind.Own)
        {
            return state.TryGetValue(call.Player, out var entry) && call.Answer is { } told && (told.Score, told.Rank, told.Count) == (entry.Score, RankOf(state, call.Player), state.Count);
        }

        var lines = state.OrderByDescending(static pair => pair.Value.Score).ThenBy(static pair => pair.Value.Order).Select(static pair => (pair.Key, pair.Value.Score));
        return lines.Take(100).SequenceEqual(call.Lines!);
    }

    private static int RankOf(Dictionary<string, (long Score, long Order)> window, string player)
    {
        var own = window[player];
        return 1 + window.Values.Count(other => other.Score > own.Score || (other.Score == own.Score && other.Order < own.Order));
    }
}
