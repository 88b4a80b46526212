using System.Globalization;
using System.Net;
using Jinbang.Boards.Games;
using Jinbang.Boards.Submissions;
using Jinbang.Postgres;
using Jinbang.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Jinbang.Cluster.Silos.Tests;

public sealed class MembershipTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Servers_over_PostgreSQL_find_each_other_and_share_boards()
    {
        var postgres = await PostgresServer.SharedAsync();
        var database = await postgres.CreateDatabaseAsync();
        var game = new GameDefinition { Id = TestCluster.Game, Boards = [new BoardDefinition { Name = BoardDefinition.ClassicName }] };
        await using (var one = await StartAsync(database, game))
        await using (var two = await StartAsync(database, game))
        {
            foreach (var server in new[] { one, two })
            {
                await Eventually.HoldsAsync(
                    () => server.Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members.Values.Count(static member => member.Status == SiloStatus.Active) == 2,
                    "both silos are active");
                await Eventually.HoldsAsync(
                    async () => (await TestCluster.PostAsync(server, server.Settings.Name, 1)).Result is SubmitResult.First or SubmitResult.NotBetter, "the board answers");
            }

            Assert.Equal(2, (await two.Boards.HeadAsync(TestCluster.Main, None)).Rows.Count);
            await one.StopAsync();
            Assert.True(two.Home.IsServing(TestCluster.Main));
            Assert.Equal(2, (await two.Boards.HeadAsync(TestCluster.Main, None)).Rows.Count);
        }

        await postgres.DropDatabaseAsync(database);
    }

    [Fact]
    public async Task The_membership_tables_keep_what_the_provider_promises()
    {
        var postgres = await PostgresServer.SharedAsync();
        var database = await postgres.CreateDatabaseAsync();
        await using (await PostgresScoreStore.OpenAsync(database, new PostgresStoreOptions(), TimeProvider.System, None))
        {
            // It makes the tables.
        }

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(static options => (options.ClusterId, options.ServiceId) = ("c", "s"));
            silo.Configure<EndpointOptions>(static options => options.AdvertisedIPAddress = IPAddress.Loopback);
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", database));
        });
        using var host = builder.Build();
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true, None);
        await table.InitializeMembershipTableAsync(true, None);
        var start = (await table.ReadAllAsync(None)).Version;
        var entry = Entry(1, SiloStatus.Joining);
        Assert.True(await table.InsertRowAsync(entry, start.Next(), None));
        Assert.False(await table.InsertRowAsync(entry, (await table.ReadAllAsync(None)).Version.Next(), None));
        Assert.False(await table.InsertRowAsync(Entry(2, SiloStatus.Joining), start.Next(), None));

        var read = Assert.Single((await table.ReadRowAsync(entry.SiloAddress, None)).Members);
        Assert.Equal((entry.SiloName, entry.Status, entry.StartTime), (read.Item1.SiloName, read.Item1.Status, read.Item1.StartTime));
        var now = (await table.ReadAllAsync(None)).Version;
        Assert.Equal(start.Version + 1, now.Version);
        var suspected = Entry(1, SiloStatus.Active);
        suspected.AddSuspector(SiloAddress.New(IPAddress.Loopback, 1, 9), entry.StartTime);
        Assert.False(await table.UpdateRowAsync(Entry(2, SiloStatus.Active), read.Item2, now.Next(), None));
        Assert.True(await table.UpdateRowAsync(suspected, read.Item2, now.Next(), None));
        Assert.False(await table.UpdateRowAsync(suspected, read.Item2, now.Next(), None));
        Assert.Single(Assert.Single((await table.ReadAllAsync(None)).Members).Item1.SuspectTimes!);

        entry.IAmAliveTime = entry.StartTime.AddMinutes(5);
        await table.UpdateIAmAliveAsync(entry, None);
        Assert.Equal(entry.IAmAliveTime, Assert.Single((await table.ReadAllAsync(None)).Members).Item1.IAmAliveTime);
        Assert.True(await table.InsertRowAsync(Entry(3, SiloStatus.Dead), (await table.ReadAllAsync(None)).Version.Next(), None));
        await table.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(entry.StartTime.AddDays(1)), None);
        Assert.Equal(SiloStatus.Active, Assert.Single((await table.ReadAllAsync(None)).Members).Item1.Status);
        await table.DeleteMembershipTableEntriesAsync("c", None);
        await PostgresServer.ExecuteAsync(database, "DO $$ BEGIN ASSERT (SELECT count(*) FROM OrleansMembershipVersionTable) = 0; END $$");
    }

    private static async Task<TestServer> StartAsync(string database, GameDefinition game)
    {
        var store = await PostgresScoreStore.OpenAsync(database, new PostgresStoreOptions { IsShared = true }, TimeProvider.System, None);
        return await TestServer.StartAsync(store, game, null, silo => silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", database)));
    }

    private static MembershipEntry Entry(int generation, SiloStatus status)
    {
        var start = DateTime.Parse("2026-11-25T01:02:03Z", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        return new()
        {
            SiloAddress = SiloAddress.New(IPAddress.Loopback, 5000, generation),
            Status = status,
            SiloName = "silo",
            HostName = "host",
            StartTime = start,
            IAmAliveTime = start,
        };
    }
}
