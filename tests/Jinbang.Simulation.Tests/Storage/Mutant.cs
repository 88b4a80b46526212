namespace Jinbang.Simulation.Tests.Storage;

/// <summary>What is wrong with a store on purpose, to see that the simulation notices.</summary>
internal enum Mutant
{
    None,

    /// <summary>A window that closed last is open again after a start.</summary>
    ReopensWindow,

    /// <summary>The event of a close is there twice.</summary>
    DoublesEvent,

    /// <summary>The last row of a commit is answered and not stored.</summary>
    LosesRow,

    /// <summary>A fold leaves out the entry of one player.</summary>
    LosesFoldedEntry,

    /// <summary>An entry is there for another player as well.</summary>
    DoublesEntry,

    /// <summary>Among equal scores the order of arrival is lost.</summary>
    MixesOrders,

    /// <summary>The stored receipt has another rank.</summary>
    StoresWrongRank,

    /// <summary>Of a commit in which the process dies, one row is stored.</summary>
    TearsCommit,

    /// <summary>An idempotency key is not found again.</summary>
    LosesKey,

    /// <summary>An erased player keeps his entries.</summary>
    ErasesHalf,

    /// <summary>The number of an erased player is given again.</summary>
    GivesNumberAgain,

    /// <summary>The number of commits begins anew with every start.</summary>
    ForgetsVersion,

    /// <summary>A row that comes after the close of its window changes it.</summary>
    ClosesLate,
}
