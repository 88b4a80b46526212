using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Jinbang.ClusterTests;

// What is in the database in the end, beside what the clients remember.

internal sealed partial class ClusterRun
{
    private async Task<RunResult> CheckAsync()
    {
        for (var tries = 0; tries < 300 && (await OpenSeasonsAsync()).Count > 0; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        var all = calls.ToList();
        var faults = all.Where(static call => call.Oddity is not null).Select(static call => call.Oddity!).Distinct().ToList();
        var byId = publicIds.ToDictionary(static pair => pair.Value, static pair => pair.Key);
        foreach (var call in all.Where(static call => call.Lines is not null))
        {
            call.Lines = [.. call.Lines!.Select(line => (byId.GetValueOrDefault(line.Player, line.Player), line.Score))];
        }

        var reads = 0;
        foreach (var keep in Keeps)
        {
            reads += Check(await ReadHistoryAsync(Game, keep, keep, [.. all.Where(call => call.Board == keep)]));
        }

        reads += Check(await ReadHistoryAsync(ClassicGame, BoardOfClassic, "best", [.. all.Where(static call => call.Board == Classic)]));

        faults.AddRange(await DoubleEventsAsync());
        faults.AddRange(await CheckWebhooksAsync());
        var submissions = all.Where(static call => call.Kind == CallKind.Submit).ToList();
        var acknowledged = submissions.Count(static call => call.IsAcknowledged);
        var unknown = submissions.GroupBy(static call => call.Key).Count(static group => group.All(static call => !call.IsAcknowledged));
        return new RunResult(faults, acknowledged, unknown, reads, [.. harm.SelectMany(one => OutagesOf(one.Fault, one.At, UntilOf(one.At), one.Owners, one.Victim, submissions))]);

        int Check(BoardHistory history)
        {
            var checker = new Checker(history, HeadAge + TimeSpan.FromMilliseconds(50));
            faults.AddRange(checker.Check().Select(fault => $"{history.Name}: {fault}"));
            return checker.Reads;
        }
    }

    /// <summary>Every event of the game is sent, and what is sent again is the same.</summary>
    private async Task<IReadOnlyList<string>> CheckWebhooksAsync()
    {
        var events = new List<string>();
        await ReadAsync($"SELECT e.id FROM event AS e JOIN game AS g ON g.number = e.game WHERE g.id = '{Game}' AND e.type = 'window.closed'", row => events.Add(row.GetString(0)));
        for (var tries = 0; tries < 300 && events.Except(receiver.Ids).Any(); tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        var faults = events.Except(receiver.Ids).Select(static id => $"event {id} was never sent").ToList();
        faults.AddRange(receiver.Ids.Except(events).Select(static id => $"event {id} was sent and is not stored"));
        faults.AddRange(receiver.Received.GroupBy(static received => received.Id).Where(static group => group.Select(static received => Convert.ToHexString(received.Body)).Distinct().Count() > 1)
            .Select(static group => $"event {group.Key} was sent with different contents"));
        return faults;
    }

    /// <summary>Until the next harm is done, but for no longer than 20 seconds.</summary>
    private long UntilOf(long at) => harm.Where(other => other.At > at).Select(static other => other.At).Append(at + (20 * Stopwatch.Frequency)).Min();

    private static IEnumerable<(Fault, string, TimeSpan, bool)> OutagesOf(Fault fault, long at, long until, IReadOnlyDictionary<string, int> owners, int victim, List<Call> submissions)
    {
        foreach (var board in Keeps)
        {
            // The longest time without an acknowledgement.
            var ends = submissions.Where(call => call.Board == board && call.IsAcknowledged && call.Ended > at && call.Ended < until).Select(static call => call.Ended).Order().ToList();
            var (last, longest) = (at, 0L);
            foreach (var end in ends)
            {
                (longest, last) = (Math.Max(longest, end - last), end);
            }

            yield return (fault, board, Stopwatch.GetElapsedTime(0, longest), owners.TryGetValue(board, out var owner) && owner == victim);
        }
    }

    private async Task<BoardHistory> ReadHistoryAsync(string game, string board, string keep, IReadOnlyList<Call> own)
    {
        var log = new List<LogRow>();
        await ReadAsync(
            $"SELECT l.number, p.external_id, l.ord, l.score, l.key, l.windows FROM log AS l JOIN board AS b ON b.number = l.board JOIN game AS g ON g.number = b.game JOIN player AS p ON p.game = b.game AND p.number = l.player WHERE g.id = '{game}' AND b.name = '{board}' ORDER BY l.number",
            row => log.Add(new LogRow(row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.IsDBNull(4) ? KeyOf(row.GetString(1), row.GetInt64(3)) : row.GetString(4), LinesOf(row.GetString(5), row.GetInt64(3)))));
        var windows = new List<WindowRow>();
        await ReadAsync(
            $"SELECT w.number, w.rule, w.state, coalesce(w.last_order, 0), coalesce(w.count, 0), (SELECT count(*) FROM event WHERE id = 'wc_' || w.number)::integer FROM \"window\" AS w JOIN board AS b ON b.number = w.board JOIN game AS g ON g.number = b.game WHERE g.id = '{game}' AND b.name = '{board}'",
            row => windows.Add(new WindowRow(row.GetInt32(0), row.GetString(1), row.GetInt32(2), row.GetInt64(3), row.GetInt32(4), row.GetInt32(5))));
        return new BoardHistory
        {
            Name = board,
            Keep = keep,
            HasRanks = game != ClassicGame,
            AllTime = windows.Single(static window => window.Rule == "all_time").Number,
            Log = log,
            Windows = windows,
            Calls = own,
        };
    }

    private async Task<IReadOnlyList<string>> DoubleEventsAsync()
    {
        var faults = new List<string>();
        await ReadAsync("SELECT id, count(*) FROM event GROUP BY id HAVING count(*) > 1", row => faults.Add($"event {row.GetString(0)} is there {row.GetInt64(1)} times"));
        faults.AddRange((await OpenSeasonsAsync()).Select(static board => $"the season of {board} never closed"));
        return faults;
    }

    private async Task<IReadOnlyList<string>> OpenSeasonsAsync()
    {
        var boards = new List<string>();
        await ReadAsync(
            $"SELECT b.name FROM board AS b JOIN game AS g ON g.number = b.game WHERE g.id = '{Game}' AND NOT EXISTS (SELECT FROM \"window\" AS w WHERE w.board = b.number AND w.rule = 'season' AND w.state = 2)",
            row => boards.Add(row.GetString(0)));
        return boards;
    }

    private static List<LogLine> LinesOf(string text, long submitted) => [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        var parts = line.Split(':');
        var numbers = parts.Take(5).Select(static part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return new LogLine(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], parts.Length > 5 ? long.Parse(parts[5].Split(',')[0], CultureInfo.InvariantCulture) : submitted);
    })];

    private async Task ReadAsync(string sql, Action<NpgsqlDataReader> read)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            read(reader);
        }
    }
}
