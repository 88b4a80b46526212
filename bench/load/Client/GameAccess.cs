using Jinbang.Boards.Players;

namespace Jinbang.Bench.Load.Client;

/// <summary>What a game's own server knows.</summary>
/// <param name="Game">The game's id.</param>
/// <param name="Key">A server key.</param>
/// <param name="Ids">The public ids of its players.</param>
internal sealed record GameAccess(string Game, string Key, PublicIds Ids);
