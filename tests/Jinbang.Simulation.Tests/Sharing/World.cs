using System.Runtime.CompilerServices;

namespace Jinbang.Simulation.Tests.Sharing;

// Several processes, one store, one thread. Every process is a LocalBoards whose committer is stepped; what it awaits goes on when the world lets it, by a synchronization
// context of its own. The world is a queue of moments: an answer of the store that arrives, a timer, a statement that the database runs late.
//
// A committer waits for the store inside its call, so what others do meanwhile happens inside that call too: the store lets the world go on for a while before and after
// the effect (Interlude). So does the clock: a process may stop just before it reads it, wherever that is, and everything else goes on until it wakes. The
// one thing that cannot happen is that two such pauses end in another order than the reverse of how they began.
//
// All chance comes from one seed, and nothing else decides what happens.

/// <summary>The time, the queue of what is to come, and chance.</summary>
internal sealed partial class World
{
    private const int MostDepth = 2;

    private readonly PriorityQueue<(Process? Process, Action Act), (long At, long Sequence)> moments = new();
    private readonly List<string>? told;
    private long sequence;
    private int depth;
    private bool isCalm;

    public Random Random { get; }

    public SharedMutant Mutant { get; }

    public SharedDisk Disk { get; } = new();

    public List<Process> Processes { get; } = [];

    /// <summary>When it began, by a wall clock that is right.</summary>
    public DateTimeOffset Begin { get; }

    /// <summary>How much time has passed, in ticks.</summary>
    public long Now { get; private set; }

    /// <summary>How many things happened.</summary>
    public int Steps { get; private set; }

    /// <summary>How often calls to the store go wrong, of a thousand.</summary>
    public int FaultsOfThousand { get; set; }

    /// <summary>Whether the way to the store is often slow.</summary>
    public bool IsSlow { get; private init; }

    /// <summary>Whether nothing goes wrong and nothing takes time: while a process starts, and at the end.</summary>
    public bool IsCalm => isCalm;

    public bool IsTelling => told is not null;

    public void Tell([InterpolatedStringHandlerArgument("")] ref WorldWords words)
    {
        if (told is not null)
        {
            told.Add($"{Now / 10_000.0,9:0.00} ms {words.Text()}");
        }
    }

    /// <summary>Whether something of this chance happens now; never when all is calm.</summary>
    public bool Chance(int ofThousand) => !isCalm && Random.Next(1_000) < ofThousand;

    /// <summary>Does something later; for a process only while it runs.</summary>
    public void After(long ticks, Process? process, Action act) => moments.Enqueue((process, act), (Now + ticks, ++sequence));

    /// <summary>Lets time pass, and everything happen that is due by then.</summary>
    public void Advance(long ticks)
    {
        var until = Now + ticks;
        while (moments.TryPeek(out var next, out var key) && key.At <= until)
        {
            moments.Dequeue();
            Now = Math.Max(Now, key.At);
            Do(next.Process, next.Act);
        }

        Now = Math.Max(Now, until);
        Settle();
    }

    /// <summary>Runs everything that can go on without time passing.</summary>
    public void Settle()
    {
        bool goesOn;
        do
        {
            goesOn = false;
            for (var i = 0; i < Processes.Count; i++)
            {
                var process = Processes[i];
                while (CanRun(process) && process.HasReady)
                {
                    goesOn = true;
                    As(process, static process => process.RunOne());
                }
            }
        }
        while (goesOn);
        Poll();
    }

    public bool CanRun(Process process) => process.IsAlive && process.FrozenUntil <= Now;

    /// <summary>Runs code of a process.</summary>
    public void As(Process process, Action<Process> act)
    {
        Steps++;
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(process);
        try
        {
            act(process);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>Called before a process reads a clock: it may stop right here.</summary>
    public void MayFreeze(Process process)
    {
        if (depth < MostDepth && process.IsAlive && Chance(2))
        {
            Tell($"process {process.Number} freezes where it is");
            Freeze(process);
            Interlude(process, process.FrozenUntil - Now);
        }
    }

    public void Freeze(Process process) => process.FrozenUntil = Math.Max(process.FrozenUntil, Now + Milliseconds(Random.Next(2) == 0 ? Random.Next(1, 200) : Random.Next(200, 2_500)));

    /// <summary>Whether the world may go on inside a call.</summary>
    public bool CanPause => depth < MostDepth && !isCalm;

    /// <summary>The world goes on while a process is inside a call.</summary>
    public void Interlude(Process process, long ticks)
    {
        var context = SynchronizationContext.Current;
        var wasCommitter = process.IsCommitter;
        SynchronizationContext.SetSynchronizationContext(null);
        process.IsCommitter = false;
        depth++;
        try
        {
            var until = Now + ticks;
            do
            {
                Operate();
                Advance(Math.Clamp(Math.Max(until, process.FrozenUntil) - Now, 1, Milliseconds(Random.Next(1, 120))));
            }
            while (Now < until || (process.IsAlive && process.FrozenUntil > Now));
        }
        finally
        {
            depth--;
            process.IsCommitter = wasCommitter;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public static long Milliseconds(int count) => count * TimeSpan.TicksPerMillisecond;

    private void Do(Process? process, Action act)
    {
        if (process is null)
        {
            act();
        }
        else if (process.IsAlive)
        {
            if (process.FrozenUntil > Now)
            {
                After(process.FrozenUntil - Now, process, act);
                return;
            }

            As(process, _ => act());
        }
    }
}

/// <summary>Says what happens: written only when someone listens.</summary>
[InterpolatedStringHandler]
internal ref struct WorldWords
{
    private DefaultInterpolatedStringHandler text;

    public WorldWords(int literals, int holes, World world, out bool isWanted)
    {
        isWanted = world.IsTelling;
        text = isWanted ? new DefaultInterpolatedStringHandler(literals, holes) : default;
    }

    public void AppendLiteral(string literal) => text.AppendLiteral(literal);

    public void AppendFormatted<TValue>(TValue value) => text.AppendFormatted(value);

    public string Text() => text.ToStringAndClear();
}
