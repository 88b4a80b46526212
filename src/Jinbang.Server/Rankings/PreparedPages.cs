using System.Collections.Concurrent;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Boards.Rankings;
using Jinbang.Boards.Windows;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Rankings;

/// <summary>
/// The first pages of open windows as bytes, as long as nothing in them changes: the board's version counts every change of the first hundred places, their profiles
/// included. At most <see cref="Most"/> pages; when there are more, it begins again empty.
/// </summary>
internal sealed class PreparedPages(IBoards boards, TimeProvider time)
{
    public const int LargestPage = BoardHead.Size;

    private const int Most = 512;

    private readonly ConcurrentDictionary<(BoardId Board, WindowName Window, int Limit), Page> pages = new();

    /// <summary>The page, if there is one and nothing has changed since.</summary>
    /// <param name="target">The window.</param>
    /// <param name="limit">How many lines.</param>
    /// <param name="version">The board's version.</param>
    public ReadReply? Find(in WindowTarget target, int limit, long version) =>
        pages.TryGetValue((target.Id, target.Window, limit), out var page)
        && page.Version == version
        && page.Catalog == boards.CatalogVersion
        && (page.Until is not { } until || time.GetUtcNow() < until)
            ? page.Reply
            : null;

    /// <summary>Keeps a page that was read while the catalog had this version.</summary>
    public void Keep(in WindowTarget target, int limit, StandingsPage page, long catalog, ReadReply reply)
    {
        // What "previous" means changes at a moment that the window itself does not tell. Who reached equal scores last need not stand in the head.
        if (limit > LargestPage || page.Window.State != WindowState.Open || target.Window.Key == WindowName.Previous || target.Board.Ties == TieRule.LaterFirst)
        {
            return;
        }

        if (pages.Count >= Most)
        {
            pages.Clear();
        }

        pages[(target.Id, target.Window, limit)] = new Page(reply, page.Version, catalog, page.Window.Ends);
    }

    private sealed record Page(ReadReply Reply, long Version, long Catalog, DateTimeOffset? Until);
}
