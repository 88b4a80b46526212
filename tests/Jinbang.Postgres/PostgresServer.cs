using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Jinbang.Postgres;

/// <summary>
/// A real PostgreSQL of the tests' own, on a loopback port, in a temporary folder that goes away with it. It is the one that is installed on the machine, run as the user "postgres"
/// where the tests run as root, because it refuses to run as root.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> OneForAll = new(StartSharedAsync);
    private static int databases;

    private readonly string folder;
    private readonly string[] settings;
    private Process? postmaster;
    private bool isMounted;

    private PostgresServer(string folder, int port, string[] settings)
    {
        this.folder = folder;
        this.settings = settings;
        Port = port;
    }

    /// <summary>One for all tests of this process, started with the first that asks and stopped when the process ends.</summary>
    public static Task<PostgresServer> SharedAsync() => OneForAll.Value;

    public int Port { get; }

    /// <summary>Whether it runs; it ends by itself when it cannot write what it must.</summary>
    public bool IsRunning => postmaster is { HasExited: false };

    private string Filler => Path.Combine(folder, "filler");

    private string Data => Path.Combine(folder, "data");

    /// <summary>Makes one and starts it.</summary>
    /// <param name="settings">Such as "fsync=off".</param>
    public static Task<PostgresServer> StartNewAsync(params string[] settings) => StartInAsync(Directory.CreateTempSubdirectory("jinbang-postgres-").FullName, isMounted: false, settings);

    /// <summary>Makes one on a disk of its own, in memory, and starts it. Only as root, who may mount it.</summary>
    /// <param name="megabytes">How large the disk is.</param>
    /// <param name="settings">Such as "max_wal_size=64MB".</param>
    public static Task<PostgresServer> StartOnSmallDiskAsync(int megabytes, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("jinbang-postgres-").FullName;
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "tmpfs", folder);
        return StartInAsync(folder, isMounted: true, settings);
    }

    private static async Task<PostgresServer> StartInAsync(string folder, bool isMounted, string[] settings)
    {
        Run("chown", "postgres", folder);
        var server = new PostgresServer(folder, Ports.Free(), settings) { isMounted = isMounted };
        RunAsPostgres(Program("initdb"), "-D", server.Data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it (again) and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        List<string> arguments =
        [
            "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}", "-c", "max_connections=200",
            "-c", "shared_buffers=128MB", "-c", "log_min_messages=fatal", "-c", "max_wal_size=2GB",
        ];
        foreach (var setting in settings)
        {
            arguments.AddRange(["-c", setting]);
        }

        postmaster = Start(AsPostgres(Program("postgres"), [.. arguments]));
        _ = postmaster.StandardError.ReadToEndAsync();
        _ = postmaster.StandardOutput.ReadToEndAsync();
        for (var tries = 0; ; tries++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (tries < 300 && !postmaster.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    /// <summary>Stops it as a crash of the machine would, but for what the operating system has not written: "immediate", without a checkpoint.</summary>
    public Task StopImmediatelyAsync() => StopAsync("immediate");

    /// <summary>Leaves no room on its disk.</summary>
    public void FillDisk()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (isMounted)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives it room again.</summary>
    public void MakeRoom() => File.Delete(Filler);

    /// <summary>Kills the postmaster; its children see it and end.</summary>
    public async Task KillAsync()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid"));
        using var process = Process.GetProcessById(int.Parse(lines[0], CultureInfo.InvariantCulture));
        process.Kill();
        await postmaster!.WaitForExitAsync();
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Environment.ProcessId}_{Interlocked.Increment(ref databases)}");
        await ExecuteAsync(ConnectionString("postgres"), $"CREATE DATABASE {name} TEMPLATE template0");
        return ConnectionString(name);
    }

    /// <summary>Drops a database and whoever is connected to it.</summary>
    public async Task DropDatabaseAsync(string connectionString)
    {
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync(ConnectionString("postgres"), $"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
    }

    /// <summary>The connection string of a database, for another port where there is a proxy in between.</summary>
    public string ConnectionString(string database, int? port = null) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port ?? Port};Database={database};Username=postgres");

    /// <summary>Runs statements.</summary>
    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What a statement selects first.</summary>
    public static async Task<object?> ReadAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync("immediate");
        if (isMounted)
        {
            Run("umount", "--lazy", folder);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<PostgresServer> StartSharedAsync()
    {
        var server = await StartNewAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return server;
    }

    private async Task StopAsync(string mode)
    {
        if (postmaster is { HasExited: false } && File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            RunAsPostgres(Program("pg_ctl"), "stop", "-D", Data, "-m", mode, "-w", "-t", "30");
            await postmaster.WaitForExitAsync();
        }
    }

    /// <summary>The newest that is installed; Debian keeps the server's programs out of the path.</summary>
    private static string Program(string name)
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        var newest = installed.Where(folder => File.Exists(Path.Combine(folder, "bin", name)))
            .MaxBy(static folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0);
        return newest is null ? name : Path.Combine(newest, "bin", name);
    }

    private static string[] AsPostgres(string program, string[] arguments) =>
        Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments] : [program, .. arguments];

    private static void RunAsPostgres(string program, params string[] arguments) => Run(AsPostgres(program, arguments));

    private static void Run(params string[] command)
    {
        if (command[0] == "chown" && Environment.UserName != "root")
        {
            return;
        }

        using var process = Start(command);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {process.ExitCode}: {output.Result}{errors.Result}");
        }
    }

    private static Process Start(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command.AsSpan(1).ToArray()) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        start.Environment["LC_ALL"] = "C.UTF-8";
        return Process.Start(start)!;
    }
}
