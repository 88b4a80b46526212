using System.Globalization;
using System.Text.Json;
using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Processes;
using Microsoft.Data.Sqlite;

namespace Jinbang.ProcessTests.Crash.Windows;

// The log of the server is asked for one thing only: in which order submissions were decided. What each of them must have done follows from the lists here, and
// is compared with what the clients were answered and with what the server shows. That the order is a possible one follows from the clients' ticks.

/// <summary>What all clients together can swear to about boards with windows, and the comparison of a server with it.</summary>
internal sealed class WindowWitness
{
    public const string Game = "crash";
    private const string Path = $"/v1/games/{Game}/boards";

    private readonly Lock gate = new();
    private readonly IReadOnlyDictionary<string, BoardRules> rules;
    private readonly Dictionary<string, ListedBoard> boards;
    private readonly Dictionary<string, Submitted> byKey = [];
    private readonly HashSet<string> counted = [];
    private readonly Dictionary<string, string> publicIds = [];
    private readonly HashSet<string> deleted = [];
    private readonly Dictionary<(string, string), string> final = [];
    private readonly Dictionary<(string Board, string Window), long> closedAt = [];
    private readonly HashSet<(string Board, string Window)> closing = [];
    private long ticks;
    private long lastRow;
    private long latestSending;
    private long horizon = long.MaxValue;

    public WindowWitness(IReadOnlyDictionary<string, BoardRules> rules)
    {
        this.rules = rules;
        boards = rules.ToDictionary(static board => board.Key, static board => new ListedBoard(board.Key, board.Value));
    }

    /// <summary>How many submissions were acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>How many repetitions were answered.</summary>
    public long Repeated { get; private set; }

    /// <summary>How many windows are closed.</summary>
    public int Closed => final.Count;

    /// <summary>Whose deletion was asked for since the last comparison, and whether it was acknowledged.</summary>
    public (string Player, bool IsDone)? Deletion { get; set; }

    /// <summary>Which board's rebuild was asked for since the last comparison, and whether it was acknowledged.</summary>
    public (string Board, BoardRules Rules, bool IsDone)? Rebuild { get; set; }

    public IReadOnlyCollection<string> Deleted => deleted;

    public BoardRules RulesOf(string board) => boards[board].Rules;

    public string? PublicIdOf(string player)
    {
        lock (gate)
        {
            return publicIds.GetValueOrDefault(player);
        }
    }

    public void Sending(Submitted submitted)
    {
        lock (gate)
        {
            byKey[submitted.Key] = submitted;
            submitted.Sending(++ticks);
        }
    }

    /// <summary>Notes an answer.</summary>
    /// <returns>What is wrong with it, null when nothing is.</returns>
    public string? Answered(Submitted submitted, JsonElement reply)
    {
        var receipt = Receipt.Read(reply);
        lock (gate)
        {
            Acknowledged += submitted.Receipt is null ? 1 : 0;
            var isRepetition = reply.GetProperty("repeated").GetBoolean();
            Repeated += isRepetition ? 1 : 0;
            return submitted.Answered(receipt, isRepetition, ++ticks) ?? Learn(submitted.Player, reply.GetProperty("player").GetString()!);
        }
    }

    /// <summary>Notes that the operator asks for a close.</summary>
    public void Closing(string board, string window)
    {
        lock (gate)
        {
            closing.Add((board, window));
        }
    }

    /// <summary>Notes that a close was acknowledged.</summary>
    public void Closing(string board, string window, bool isDone)
    {
        if (isDone)
        {
            lock (gate)
            {
                closedAt[(board, window)] = ++ticks;
            }
        }
    }

    /// <summary>A moment, for <see cref="AsOf"/>.</summary>
    public long Now()
    {
        lock (gate)
        {
            return ++ticks;
        }
    }

    /// <summary>A witness of a state in which all is that was acknowledged before a moment, and perhaps more. Nobody was deleted and nothing rebuilt.</summary>
    public WindowWitness AsOf(long moment)
    {
        var earlier = new WindowWitness(rules) { horizon = moment };
        foreach (var (key, submitted) in byKey)
        {
            earlier.byKey.Add(key, submitted);
        }

        foreach (var (player, publicId) in publicIds)
        {
            earlier.publicIds.Add(player, publicId);
        }

        foreach (var (window, tick) in closedAt.Where(closed => closed.Value < moment))
        {
            earlier.closedAt.Add(window, tick);
        }

        earlier.closing.UnionWith(closing);
        return earlier;
    }

    /// <summary>Asks a server that nobody writes to for everything and compares.</summary>
    public async Task AssertAgreesAsync(ServerProcess server)
    {
        await UntilClosedAsync(server.DatabaseFile);
        using var connection = await V1Connection.OpenOperatorAsync(server);
        var stored = Follow(server.DatabaseFile, await IsRebuiltAsync(connection));
        foreach (var window in stored.Values.Where(static window => !window.IsReplaced))
        {
            await AssertStandingsAsync(connection, window);
        }

        AssertClosedOnce(server.DatabaseFile, stored);
        foreach (var submitted in byKey.Values.Where(submitted => submitted.AnsweredAt < horizon))
        {
            Assert.True(counted.Contains(submitted.Key), $"{submitted} was acknowledged and is not in the log.");
        }
    }

    /// <summary>Windows whose time was over while no server ran close with the first turn of the next one.</summary>
    private static async Task UntilClosedAsync(string databaseFile)
    {
        for (var tries = 0; ; tries++)
        {
            using var connection = Open(databaseFile);
            using var count = new SqliteCommand("SELECT count(*) FROM window WHERE state = 1 AND closes <= unixepoch('now', 'subsec') * 1000", connection);
            if ((long)count.ExecuteScalar()! == 0)
            {
                return;
            }

            Assert.True(tries < 200, "A window whose time is over does not close.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    private async Task<bool> IsRebuiltAsync(V1Connection connection)
    {
        if (Rebuild is not { } rebuild)
        {
            return false;
        }

        using var board = JsonDocument.Parse((await connection.DoAsync("GET", $"{Path}/{rebuild.Board}")).Body);
        var isRebuilt = board.RootElement.GetProperty("keep").GetString() == rebuild.Rules.Keep;
        Assert.True(isRebuilt || !rebuild.IsDone, $"The rebuild of {rebuild.Board} was acknowledged and is not there.");
        return isRebuilt;
    }

    /// <summary>Decides the rows that are new in the log.</summary>
    private Dictionary<int, WindowRow> Follow(string databaseFile, bool isRebuilt)
    {
        using var connection = Open(databaseFile);
        var stored = ReadWindows(connection);
        var open = stored.Values.Where(static window => window.IsOpen).ToLookup(static window => window.Board, static window => window.Name);
        var isForgotten = Deletion is null;
        var isAnew = Rebuild is null;
        foreach (var row in ReadRows(connection))
        {
            lastRow = row.Number;
            var submitted = AssertPossible(row, stored);
            var board = boards[row.Board];
            if (!isAnew && board.Name == Rebuild!.Value.Board && board.IsRebuiltBy(row, stored))
            {
                Assert.True(isRebuilt, $"{board.Name} goes on in other windows without its rebuild.");
                board.Rebuild(Rebuild.Value.Rules, open[board.Name].ToHashSet());
                isAnew = true;
            }

            if (!isForgotten && board.LacksAnEntry(row, submitted.Player, stored))
            {
                Forget(open);
                isForgotten = true;
            }

            Assert.False(board.IsRebuiltBy(row, stored), $"{row.Key} was decided in other windows than the rows before it.");
            var receipt = board.Submit(row, submitted.Player, stored);
            Assert.True(submitted.Receipt is null || submitted.Receipt.ToString() == receipt.ToString(), $"{submitted} was answered {submitted.Receipt} and must be {receipt}");
        }

        if (!isAnew && isRebuilt)
        {
            boards[Rebuild!.Value.Board].Rebuild(Rebuild.Value.Rules, open[Rebuild.Value.Board].ToHashSet());
        }

        if (Deletion is { } deletion)
        {
            var isThere = IsKnown(connection, deletion.Player);
            Assert.False(isThere && deletion.IsDone, $"The deletion of {deletion.Player} was acknowledged and he is there.");
            if (!isThere && !isForgotten)
            {
                Forget(open);
            }
        }

        Deletion = null;
        Rebuild = null;
        Assert.All(deleted, player => Assert.False(IsKnown(connection, player) && deleted.Contains(player), $"{player} is there again."));
        return stored;
    }

    private Submitted AssertPossible(LogRow row, Dictionary<int, WindowRow> stored)
    {
        Assert.True(byKey.TryGetValue(row.Key, out var submitted), $"{row.Key} was never sent.");
        Assert.True(counted.Add(row.Key), $"{submitted} is counted twice.");
        Assert.Equal((submitted.Board, submitted.Points), (row.Board, row.Points));
        Assert.False(submitted.AnsweredAt < latestSending, $"{submitted} was answered before another one was sent that is decided before it.");
        latestSending = Math.Max(latestSending, submitted.SentAt);
        foreach (var (number, _) in row.Windows)
        {
            var window = stored[number];
            Assert.Equal(row.Board, window.Board);
            Assert.False(
                closedAt.TryGetValue((window.Board, window.Name), out var tick) && tick < submitted.SentAt, $"{submitted} fed {window.Name} after its close was acknowledged.");
            Assert.True(window.Closes is not { } closes || row.At < closes, $"{submitted} fed {window.Name} after its end.");
            Assert.True(!window.IsClosed || row.Order <= window.LastOrder, $"{submitted} has order {row.Order} and fed {window.Name}, which closed at {window.LastOrder}.");
        }

        return submitted;
    }

    private void Forget(ILookup<string, string> open)
    {
        var player = Deletion!.Value.Player;
        deleted.Add(player);
        foreach (var board in boards.Values)
        {
            board.Forget(player, open[board.Name].ToHashSet());
        }

        foreach (var submitted in byKey.Values.Where(submitted => submitted.Player == player).ToList())
        {
            byKey.Remove(submitted.Key);
        }
    }

    private async Task AssertStandingsAsync(V1Connection connection, WindowRow window)
    {
        var board = boards[window.Board];
        var expected = board.Windows.TryGetValue(window.Name, out var listed) ? listed.Standings(board.Rules) : [];
        var shown = await ReadStandingsAsync(connection, window);
        var texts = new List<string>(shown.Count);
        Assert.True(expected.Count == shown.Count, $"{window}: {shown.Count} lines are shown, {expected.Count} must be.");
        for (var i = 0; i < shown.Count; i++)
        {
            var (rank, player, points) = shown[i];
            var (mustRank, must) = expected[i];
            var isGone = deleted.Contains(must.Player);
            var fault = isGone ? player is null ? null : $"{must.Player} is deleted" : player is null ? $"{must.Player} is nobody" : Learn(must.Player, player);
            Assert.True(fault is null && rank == mustRank && points == must.Points, $"{window}: line {i + 1} is {shown[i]} and must be {mustRank} {must}. {fault}");

            // Who is deleted is nobody from then on; the rest of a closed window stays as it was.
            texts.Add($"{rank} {must.Player} {points}");
        }

        if (window.IsClosed)
        {
            Assert.Equal(expected.Count, window.Count);
            var text = string.Join('\n', texts);
            Assert.True(final.TryAdd((window.Board, window.Name), text) || final[(window.Board, window.Name)] == text, $"{window} changed after its close.");
        }
    }

    private static async Task<IReadOnlyList<(int Rank, string? Player, Points Points)>> ReadStandingsAsync(V1Connection connection, WindowRow window)
    {
        var lines = new List<(int, string?, Points)>();
        var state = window.IsClosed ? "closed" : "open";
        var limit = window.Count > 100 ? 400 : 7;
        string? cursor = null;
        do
        {
            var reply = await connection.DoAsync("GET", $"{Path}/{window.Board}/windows/{window.Name}/standings?limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}");
            using var page = JsonDocument.Parse(reply.Body);
            Assert.Equal(state, page.RootElement.GetProperty("window").GetProperty("state").GetString());
            lines.AddRange(page.RootElement.GetProperty("lines").EnumerateArray().Select(static line =>
                (line.GetProperty("rank").GetInt32(), line.GetProperty("player").GetString(), Receipt.ReadPoints(line))));
            cursor = page.RootElement.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return lines;
    }

    /// <summary>Every closed window has one event, and no other has any; none closed before its time but by the operator.</summary>
    private void AssertClosedOnce(string databaseFile, Dictionary<int, WindowRow> stored)
    {
        using var connection = Open(databaseFile);
        using var select = new SqliteCommand("SELECT body FROM event WHERE type = 'window.closed' ORDER BY number", connection);
        using var reader = select.ExecuteReader();
        var told = new List<string>();
        while (reader.Read())
        {
            using var body = JsonDocument.Parse(reader.GetString(0));
            var data = body.RootElement.GetProperty("data");
            told.Add($"{data.GetProperty("board")} {data.GetProperty("window")} {data.GetProperty("count")}");
        }

        var closed = stored.Values.Where(static window => window.IsClosed).ToList();
        Assert.Equal(closed.Select(static window => $"{window.Board} {window.Name} {window.Count}").Order(), told.Order());
        Assert.All(closed, window => Assert.True(
            window.ClosedAt >= window.Closes || closing.Contains((window.Board, window.Name)), $"{window} closed before its time and nobody asked for it."));
        Assert.All(closedAt.Keys, window => Assert.Contains(closed, row => (row.Board, row.Name) == window));
    }

    private string? Learn(string player, string publicId)
    {
        lock (gate)
        {
            return publicIds.TryAdd(player, publicId) || publicIds[player] == publicId ? null : $"{player} is {publicId} and was {publicIds[player]}";
        }
    }

    private static bool IsKnown(SqliteConnection connection, string player)
    {
        using var find = new SqliteCommand("SELECT count(*) FROM player WHERE external_id = $player", connection);
        find.Parameters.AddWithValue("$player", player);
        return (long)find.ExecuteScalar()! > 0;
    }

    private static Dictionary<int, WindowRow> ReadWindows(SqliteConnection connection)
    {
        const string sql = """
            SELECT w.number, board.name, rule || CASE key WHEN '' THEN '' ELSE ':' || key END, state, closes, closed_at, w.last_order, count
            FROM window AS w JOIN board ON board.number = w.board JOIN game ON game.number = board.game WHERE game.id = 'crash'
            """;
        using var select = new SqliteCommand(sql, connection);
        using var reader = select.ExecuteReader();
        var windows = new Dictionary<int, WindowRow>();
        while (reader.Read())
        {
            long? Number(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
            windows.Add(reader.GetInt32(0), new WindowRow(
                reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), Number(4), Number(5), Number(6), (int?)Number(7)));
        }

        return windows;
    }

    private IEnumerable<LogRow> ReadRows(SqliteConnection connection)
    {
        const string sql = """
            SELECT log.number, board.name, ord, at, key, score, score2, windows
            FROM log JOIN board ON board.number = log.board JOIN game ON game.number = board.game WHERE game.id = 'crash' AND log.number > $after ORDER BY log.number
            """;
        using var select = new SqliteCommand(sql, connection);
        select.Parameters.AddWithValue("$after", lastRow);
        using var reader = select.ExecuteReader();
        while (reader.Read())
        {
            var windows = reader.GetString(7).Split(';').Select(static line => line.Split(':')).Select(static line =>
                (int.Parse(line[0], CultureInfo.InvariantCulture), int.Parse(line[4], CultureInfo.InvariantCulture)));
            yield return new LogRow(
                reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetString(4), new Points(reader.GetInt64(5), reader.GetInt64(6)), [.. windows]);
        }
    }

    private static SqliteConnection Open(string databaseFile)
    {
        var connection = new SqliteConnection($"Data Source={databaseFile};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }
}
