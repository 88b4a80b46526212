using System.Text;
using Jinbang.Boards;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Windows;
using Jinbang.Simulation.Tests.Model;

namespace Jinbang.Simulation.Tests;

internal sealed partial class Simulation
{
    private static readonly StandingsQuery All = new StandingsQuery.From(1, StandingsQuery.MostLines);

    /// <summary>Compares all that can be read with the model.</summary>
    public void Check()
    {
        foreach (var board in boardsOfModel)
        {
            foreach (var window in board.Windows)
            {
                if (!window.IsReplaced)
                {
                    Check(board, window);
                }
            }
        }

        CheckEvents();
        foreach (var player in players)
        {
            if (player.IsErased == boards.HasPlayer(Game, player.Number))
            {
                throw new DifferenceException($"player {player.Number}: erased {player.IsErased}, there {boards.HasPlayer(Game, player.Number)}");
            }
        }
    }

    private void CheckVersions()
    {
        foreach (var board in boardsOfModel)
        {
            var version = boards.VersionOf(new BoardId(Game, board.Name));
            _ = version < board.Version ? throw new DifferenceException($"the version of board {board.Name} is {version} after {board.Version}") : board.Version = version;
        }
    }

    private void Check(ModelBoard board, ModelWindow window)
    {
        var page = boards.ReadAsync(new BoardId(Game, board.Name), window.Name, All, CancellationToken.None).AsTask().GetAwaiter().GetResult()
            ?? throw new DifferenceException($"{window} of board {board.Name} is not found");
        var entries = window.Final ?? ModelScores.Standings(board.Definition, window.Fed);
        ModelScores.Sort(board.Definition, entries);
        var info = page.Window;
        Same(
            (window.Name, window.Kind, window.IsOpen ? WindowState.Open : WindowState.Closed, window.Starts, window.Ends, window.Closes, window.Closing?.At, entries.Count),
            (info.Name, info.Kind, info.State, info.Starts, info.Ends, info.Closes, info.ClosedAt, info.Count),
            $"{window} of board {board.Name}");
        Same(entries.Count, page.Lines.Count, $"lines of {window} of board {board.Name}");
        var checksum = 0UL;
        var content = new HashCode();
        content.Add(info.State);
        for (var i = 0; i < entries.Count; i++)
        {
            var (entry, line) = (entries[i], page.Lines[i]);
            var isThere = !entry.Player.IsErased;
            Same(
                (entry.Player.Number, entry.Scores, ModelScores.RankOf(board.Definition, entries, entry), isThere ? boards.PublicIdOf(Game, entry.Player.Number) : default),
                (line.Entry.Player, line.Entry.Scores, line.Rank.Place, line.Player),
                $"line {i} of {window} of board {board.Name}");
            Same(isThere ? entry.Player.Nickname : null, line.Profile?.Nickname is { } nickname ? Encoding.UTF8.GetString(nickname) : null, $"name in line {i} of {window} of board {board.Name}");
            if (board.Definition.MetadataBytes > 0)
            {
                Same(isThere && entry.Metadata is { } wanted ? Convert.ToHexString(wanted) : null, line.Metadata is { } json ? Convert.ToHexString(json) : null, $"metadata in line {i} of {window} of board {board.Name}");
            }

            checksum += EntryDigest.Of(line.Entry);
            content.Add((line.Entry, line.Rank, line.Player));
        }

        Same(checksum, info.Checksum, $"sum of {window} of board {board.Name}");
        Same(checksum, window.Closing?.Checksum ?? checksum, $"sum of {window} of board {board.Name} at its close");
        var seen = (page.Version, content.ToHashCode());
        if (window.Seen.Version == seen.Version)
        {
            Same(window.Seen, seen, $"version and content of {window} of board {board.Name}");
        }

        window.Seen = seen;
    }

    /// <summary>One event for each close, in their order, and one for each change in the first place.</summary>
    private void CheckEvents()
    {
        var next = 0;
        var places = 0;
        foreach (var (_, row) in disk.Events)
        {
            if (row.Type != BoardEvents.WindowWasClosed)
            {
                places++;
                continue;
            }

            _ = next >= closed.Count ? throw new DifferenceException($"event {row.Id} is too much") : true;
            Same($"wc_{closed[next++]}", row.Id, $"event of a close");
        }

        Same(closed.Count, next, $"events of closes");
        Same(firstPlaces, places, $"events of first places");
    }
}
