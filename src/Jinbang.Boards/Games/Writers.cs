namespace Jinbang.Boards.Games;

/// <summary>Who may submit to a board; a server key always may. The numbers are stored: never change one, only append.</summary>
public enum Writers
{
    /// <summary>Whoever has a client key, for any player he names: as trusting as the classic API.</summary>
    Client = 1,

    /// <summary>A player with his own token, for himself.</summary>
    Player = 2,

    /// <summary>Only the game's server, with a server key.</summary>
    Server = 3,
}
