using Jinbang.Boards.Players;
using Jinbang.Ranking;
using Microsoft.Data.Sqlite;

namespace Jinbang.Storage.Sqlite;

/// <summary>Reads profiles beside the writer, on a few connections that take turns.</summary>
internal sealed class ProfileReaders : IDisposable
{
    private readonly Reader[] readers;
    private int next;

    public ProfileReaders(string path, int count) => readers = [.. Enumerable.Range(0, count).Select(_ => new Reader(path))];

    public Profile?[] Read(int game, IReadOnlyList<PlayerId> players)
    {
        var reader = readers[(uint)Interlocked.Increment(ref next) % readers.Length];
        lock (reader)
        {
            return reader.Read(game, players);
        }
    }

    public void Dispose()
    {
        foreach (var reader in readers)
        {
            lock (reader)
            {
                reader.Dispose();
            }
        }
    }

    private sealed class Reader : IDisposable
    {
        private readonly SqliteConnection connection;
        private readonly Statement begin;
        private readonly Statement commit;
        private readonly Statement select;

        public Reader(string path)
        {
            connection = SqliteFile.Open(path, SqliteOpenMode.ReadOnly, cacheKibibytes: 2048);
            begin = new Statement(connection.Handle!, "BEGIN");
            commit = new Statement(connection.Handle!, "COMMIT");
            select = new Statement(connection.Handle!, "SELECT nickname, avatar, sex, province, city, country FROM profile WHERE key = ?1");
        }

        public Profile?[] Read(int game, IReadOnlyList<PlayerId> players)
        {
            var profiles = new Profile?[players.Count];
            begin.Run();
            try
            {
                ReadInto(profiles, game, players);
            }
            finally
            {
                commit.Run();
            }

            return profiles;
        }

        public void Dispose()
        {
            begin.Dispose();
            commit.Dispose();
            select.Dispose();
            connection.Dispose();
        }

        private void ReadInto(Profile?[] profiles, int game, IReadOnlyList<PlayerId> players)
        {
            for (var i = 0; i < profiles.Length; i++)
            {
                if (select.Bind(1, Key.Of(game, players[i].Number)).Step())
                {
                    profiles[i] = new Profile
                    {
                        Nickname = select.Text(0),
                        Avatar = select.Text(1),
                        Sex = select.IsNull(2) ? null : (byte)select.Number(2),
                        Province = select.Text(3),
                        City = select.Text(4),
                        Country = select.Text(5),
                    };
                    select.Reset();
                }
            }
        }
    }
}
