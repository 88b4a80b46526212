using System.Globalization;
using Jinbang.Bench.Load.Players;
using Jinbang.Bench.Load.Servers;
using Jinbang.Postgres;
using Jinbang.Storage.Postgres;
using Npgsql;

namespace Jinbang.Bench.Load.Clustering;

/// <summary>A database with the classic board of one size, and the servers that share it.</summary>
internal sealed class SharedDatabase : IAsyncDisposable
{
    private const string Game = "5f195b8dc01e13002c2d7341";

    private static int _ports = 17_400;

    private readonly PostgresServer _postgres;
    private readonly string _connectionString;
    private readonly Workplace _workplace;
    private readonly string _cores;
    private readonly int _followFrom;
    private readonly Dictionary<int, ServerProcess> _servers = [];
    private readonly Dictionary<int, int> _siloPorts = [];

    private SharedDatabase(PostgresServer postgres, string connectionString, Workplace workplace, string cores, int followFrom) =>
        (_postgres, _connectionString, _workplace, _cores, _followFrom) = (postgres, connectionString, workplace, cores, followFrom);

    /// <summary>The servers that run, by their index from 0.</summary>
    public IReadOnlyDictionary<int, ServerProcess> Servers => _servers;

    /// <summary>Makes a database and fills its board.</summary>
    /// <param name="postgres">Where.</param>
    /// <param name="players">How many players the board has.</param>
    /// <param name="workplace">The server, and folders.</param>
    /// <param name="cores">The cores of the servers, as taskset reads them.</param>
    /// <param name="followFrom">From how many entries on a board has a follower.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<SharedDatabase> MakeAsync(
        PostgresServer postgres, int players, Workplace workplace, string cores, int followFrom, CancellationToken cancellationToken)
    {
        var database = new SharedDatabase(postgres, await postgres.CreateDatabaseAsync(), workplace, cores, followFrom);

        // The first server makes the tables, the game and, with the first score, the window.
        await database.StartAsync(0, cancellationToken);
        Seed.Post(database._servers[0].Address, 1, Game, cancellationToken);
        await database.StopAsync(0);
        await FillAsync(database._connectionString, players, cancellationToken);
        return database;
    }

    /// <summary>Starts a server, also once more.</summary>
    public async Task StartAsync(int index, CancellationToken cancellationToken)
    {
        var data = Path.Combine(_workplace.Folder, $"silo-{index}");
        var siloPort = _siloPorts.TryGetValue(index, out var known) ? known : _siloPorts[index] = _ports++;
        var settings = new Dictionary<string, string>(JinbangSettings.Environment)
        {
            ["JINBANG_Storage__Provider"] = "PostgreSQL",
            ["JINBANG_Storage__ConnectionString"] = _connectionString,
            ["JINBANG_Cluster__Enabled"] = "true",
            ["JINBANG_Cluster__SiloPort"] = siloPort.ToString(CultureInfo.InvariantCulture),
            ["JINBANG_Cluster__FollowFrom"] = _followFrom.ToString(CultureInfo.InvariantCulture),
        };
        _servers[index] = await ServerProcess.StartJinbangAsync(_workplace.Jinbang, data, data + ".log", settings, _cores, cancellationToken);
    }

    /// <summary>Forgets a server that has ended, or ends it.</summary>
    public async Task StopAsync(int index)
    {
        if (_servers.Remove(index, out var server))
            await server.DisposeAsync();
    }

    /// <summary>The index of the server that owns the board; waits until one does, and until a big board is followed.</summary>
    public async Task<int> OwnerAsync(int players, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < 1_200; tries++)
        {
            var status = await SharedStatus.ReadAsync(_connectionString, cancellationToken);
            var board = status.Boards.Single(board => board.Game == Game);
            var isFollowed = players < _followFrom || _servers.Count < 2 || board is { Follower: not 0, Lag: 0 };
            if (board.Owner != 0 && isFollowed && status.Members.FirstOrDefault(member => member.Number == board.Owner && member.Lease > TimeSpan.Zero) is { } owner)
                return _siloPorts.Single(port => owner.Name.EndsWith($":{port.Value}", StringComparison.Ordinal)).Key;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }

        throw new TimeoutException("Nobody owns the board, or it is not followed.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var index in _servers.Keys.ToList())
            await StopAsync(index);
        await _postgres.DropDatabaseAsync(_connectionString);
    }

    private static async Task FillAsync(string connectionString, int players, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Command Timeout=600");
        await connection.OpenAsync(cancellationToken);
        var window = (int)(await new NpgsqlCommand("SELECT number FROM \"window\"", connection).ExecuteScalarAsync(cancellationToken))!;
        await using (var rows = await connection.BeginBinaryImportAsync("COPY player (game, number, external_id) FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            for (var index = 1; index < players; index++)
                await rows.WriteRowAsync(cancellationToken, 1, index + 1, IdOf(index));
            await rows.CompleteAsync(cancellationToken);
        }

        await using (var rows = await connection.BeginBinaryImportAsync(
            "COPY entry (\"window\", player, score, score2, score3, score4, ord) FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            for (var index = 1; index < players; index++)
                await rows.WriteRowAsync(cancellationToken, window, index + 1, SeededScores.Of(index), 0L, 0L, 0L, index + 1L);
            await rows.CompleteAsync(cancellationToken);
        }

        await new NpgsqlCommand($"UPDATE game SET players = {players}; UPDATE board SET last_order = {players}; ANALYZE", connection).ExecuteNonQueryAsync(cancellationToken);
    }

    private static string IdOf(int index)
    {
        Span<byte> id = stackalloc byte[Ids.Length];
        Ids.Write(index, id);
        return System.Text.Encoding.ASCII.GetString(id);
    }
}
