using System.Diagnostics;
using Npgsql;

namespace Jinbang.Cluster.Silos.Tests;

/// <summary>A PostgreSQL of its own in a temporary folder, on a free port of the loopback address.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("jinbang-postgres-").FullName;
    private readonly string? user = Environment.IsPrivilegedProcess ? "postgres" : null;

    public string ConnectionString { get; private set; } = "";

    /// <summary>Where PostgreSQL's programs lie; null when there are none.</summary>
    public static string? Programs { get; } = Environment.GetEnvironmentVariable("JINBANG_POSTGRES_BIN")
        ?? (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(static version => Path.Combine(version, "bin")).Max() : null);

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        var port = TestServer.FreePort();
        if (server.user is not null)
        {
            await RunAsync("chown", server.user, server.folder);
        }

        await server.RunAsUserAsync("initdb", "-D", server.folder + "/data", "-U", "jinbang", "-A", "trust", "--no-sync");
        await server.RunAsUserAsync(
            "pg_ctl", "-D", server.folder + "/data", "-w", "-l", server.folder + "/log", "-o", $"-p {port} -k {server.folder} -c listen_addresses=127.0.0.1 -c fsync=off", "start");
        server.ConnectionString = $"Host=127.0.0.1;Port={port};Username=jinbang;Database=postgres;Pooling=true";
        return server;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsUserAsync("pg_ctl", "-D", folder + "/data", "-m", "immediate", "-w", "stop");
        Directory.Delete(folder, recursive: true);
    }

    private Task RunAsUserAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        return user is null ? RunAsync(path, arguments) : RunAsync("runuser", ["-u", user, "--", path, .. arguments]);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
