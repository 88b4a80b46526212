namespace Jinbang.Simulation.Tests.Storage;

/// <summary>What goes wrong with a call to the store.</summary>
internal enum FaultKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The store cannot do it now; nothing is stored.</summary>
    Unavailable,

    /// <summary>The process dies before anything is stored.</summary>
    CrashBefore,

    /// <summary>The process dies in the middle: of what is atomic nothing is stored, of what is read or folded half is done.</summary>
    CrashInside,

    /// <summary>The process dies after all is stored and before the answer.</summary>
    CrashAfter,

    /// <summary>One row of the log is refused.</summary>
    RefusedRow,

    /// <summary>The answer comes later, from another thread.</summary>
    Late,
}

/// <summary>The process dies.</summary>
internal sealed class CrashException() : Exception("The process dies here.");

/// <summary>Which call to the store goes wrong, and how.</summary>
internal sealed class Faults
{
    private FaultKind kind;
    private int calls;
    private bool isLasting;

    /// <summary>Whether the fault has come.</summary>
    public bool IsHit { get; private set; }

    /// <summary>Whether the fault of <see cref="ArmAcross"/> has come in any step.</summary>
    public bool WasHit { get; private set; }

    /// <summary>What came, if it did.</summary>
    public FaultKind Hit => IsHit ? kind : FaultKind.None;

    /// <summary>Makes a call go wrong.</summary>
    /// <param name="fault">How.</param>
    /// <param name="call">Which one, counted from 1.</param>
    public void Arm(FaultKind fault, int call) => (kind, calls, IsHit, isLasting) = (fault, call, false, false);

    /// <summary>Makes a call go wrong, however many steps it takes until it is made.</summary>
    public void ArmAcross(FaultKind fault, int call)
    {
        Arm(fault, call);
        (isLasting, WasHit) = (true, false);
    }

    public void Disarm() => Arm(FaultKind.None, 0);

    /// <summary>Ends a step: what was to come in it and did not comes no more.</summary>
    public void EndStep()
    {
        if (!isLasting || IsHit)
        {
            Disarm();
        }
    }

    /// <summary>Counts a call and says what goes wrong with it.</summary>
    public FaultKind Next()
    {
        if (calls == 0 || --calls > 0)
        {
            return FaultKind.None;
        }

        (IsHit, WasHit) = (true, true);
        return kind;
    }
}
