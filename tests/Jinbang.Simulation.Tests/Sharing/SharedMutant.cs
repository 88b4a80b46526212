namespace Jinbang.Simulation.Tests.Sharing;

/// <summary>What is wrong on purpose with a shared store, or with how it is used.</summary>
internal enum SharedMutant
{
    None,

    /// <summary>Who has lost a board can write to it.</summary>
    HasNoFence,

    /// <summary>The fence is looked at before the write and not with it.</summary>
    FencesEarly,

    /// <summary>Answers leave without a lease.</summary>
    HasNoLease,

    /// <summary>What is loaded after a claim is of the moment before it: the last batch of the former owner is missing.</summary>
    LoadsBeforeClaim,

    /// <summary>Who claims a board does not wait for those who may still answer for it.</summary>
    DoesNotWait,

    /// <summary>A claim does not note whose the board was.</summary>
    ForgetsFormer,

    /// <summary>A release that is stored late gives up what was claimed after it was sent.</summary>
    ReleasesLaterClaims,

    /// <summary>A release does not give up what a claim of unknown outcome took and others have claimed since.</summary>
    KeepsUnknownClaims,

    /// <summary>A call of unknown outcome may be stored after it was settled.</summary>
    SettlesWithoutEnd,

    /// <summary>Settling says "not stored" of what was stored.</summary>
    SettlesWrongly,

    /// <summary>A renewal does not tell of lost boards.</summary>
    HidesLosses,

    /// <summary>A renewal reads what was lost before it renews.</summary>
    ReadsLossesEarly,

    /// <summary>A member believes in its lease from the answer on.</summary>
    RenewsFromAnswer,

    /// <summary>A log that is read back lacks a row.</summary>
    SkipsRow,

    /// <summary>A log that is read back is empty: a copy is taken as it is.</summary>
    DoesNotCatchUp,

    /// <summary>An erasure leaves the rows of the log.</summary>
    ErasesNothing,

    /// <summary>Keys of earlier submissions are not found.</summary>
    LosesKey,
}
