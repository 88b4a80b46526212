using System.Globalization;
using Jinbang.Boards.Storage;
using Npgsql;

namespace Jinbang.Storage.Postgres;

/// <summary>
/// The connections to the database. Every new one gets what the store relies on, and is looked at whether it has it: commits that are durable, statements that see each other's effects at
/// once, and time-outs, so that a server that hangs or is cut off holds no lock for long.
/// </summary>
internal sealed class Sessions : IDisposable
{
    /// <summary>The oldest PostgreSQL that is supported.</summary>
    public const int OldestVersion = 14;

    private const int MostPooled = 16;

    private readonly NpgsqlDataSource source;

    private Sessions(NpgsqlDataSource source) => this.source = source;

    /// <exception cref="StoreOpenException">The connection string cannot be used.</exception>
    public static Sessions Over(string connectionString, PostgresStoreOptions options)
    {
        NpgsqlConnectionStringBuilder given;
        try
        {
            given = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException)
        {
            // Not the driver's text: it may repeat what is in the string.
            throw new StoreOpenException("Storage:ConnectionString is no connection string such as 'Host=…;Database=…;Username=…;Password=…'.");
        }

        if (string.IsNullOrEmpty(given.Host) || string.IsNullOrEmpty(given.Database))
        {
            throw new StoreOpenException("Storage:ConnectionString names no host or no database.");
        }

        given.ApplicationName ??= "jinbang";
        given.MaxPoolSize = given.ContainsKey("Maximum Pool Size") ? given.MaxPoolSize : MostPooled;
        given.Timeout = Math.Min(given.Timeout, 5);
        given.CommandTimeout = Seconds(options.StatementTimeout) + 1;
        given.KeepAlive = given.KeepAlive == 0 ? 5 : given.KeepAlive;
        given.TcpKeepAlive = true;
        given.IncludeErrorDetail = false;
        given.PersistSecurityInfo = false;
        given.NoResetOnClose = true;
        given.Options = string.Join(' ', new[]
        {
            given.Options,
            "-c default_transaction_isolation=read\\ committed",
            $"-c statement_timeout={Milliseconds(options.StatementTimeout)}",
            $"-c lock_timeout={Milliseconds(options.LockTimeout)}",
            $"-c idle_in_transaction_session_timeout={Milliseconds(options.StatementTimeout)}",
            "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
            "-c tcp_user_timeout=10000 -c jit=off -c client_min_messages=warning",
        }.Where(static part => !string.IsNullOrEmpty(part)));
        var builder = new NpgsqlDataSourceBuilder(given.ConnectionString);
        builder.UsePhysicalConnectionInitializer(Check, CheckAsync);
        return new Sessions(builder.Build());
    }

    /// <summary>Opens a connection of the pool.</summary>
    public NpgsqlConnection Open() => source.OpenConnection();

    /// <summary>Opens a connection of the pool.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => source.OpenConnectionAsync(cancellationToken);

    /// <summary>Looks whether the server can be trusted with data.</summary>
    /// <exception cref="StoreOpenException">It cannot; the message says what to do.</exception>
    public async Task CheckServerAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        if (connection.PostgreSqlVersion.Major < OldestVersion)
        {
            throw new StoreOpenException($"PostgreSQL {connection.PostgreSqlVersion.Major} is too old: {OldestVersion} or later is needed.");
        }

        await using var command = new NpgsqlCommand("SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('server_encoding')", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        for (var i = 0; i < 2; i++)
        {
            if (reader.GetString(i) != "on")
            {
                throw new StoreOpenException(
                    $"PostgreSQL runs with {(i == 0 ? "fsync" : "full_page_writes")} = {reader.GetString(i)}: a power cut would lose or destroy acknowledged scores. Switch it on and reload the server.");
            }
        }

        if (reader.GetString(2) != "UTF8")
        {
            throw new StoreOpenException($"The database has the encoding {reader.GetString(2)}: create it with ENCODING 'UTF8'.");
        }
    }

    public void Dispose() => source.Dispose();

    private const string Settings = """
        SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
          current_setting('default_transaction_isolation')
        """;

    private static void Check(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Settings, connection);
        using var reader = command.ExecuteReader();
        reader.Read();
        Check(reader);
    }

    private static async Task CheckAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Settings, connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        Check(reader);
    }

    private static void Check(NpgsqlDataReader reader)
    {
        if (reader.GetString(0) is not ("on" or "remote_apply") || reader.GetString(1) != "read committed")
        {
            throw new StoreOpenException(
                $"A session has synchronous_commit = {reader.GetString(0)} and isolation '{reader.GetString(1)}': something between the server and PostgreSQL changes them.");
        }
    }

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
