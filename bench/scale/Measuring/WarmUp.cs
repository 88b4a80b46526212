namespace Jinbang.Bench.Scale.Measuring;

/// <summary>Runs code until the compiler has made its best of it.</summary>
internal static class WarmUp
{
    // A method is compiled anew after 30 calls, in the background after 100 ms of quiet, and again after it has been watched.
    private const int Times = 4;
    private const int Calls = 40;
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs each of the actions, which should be short, often enough.</summary>
    public static void Run(params ReadOnlySpan<Action> actions)
    {
        using var never = new ManualResetEventSlim();
        for (var time = 0; time < Times; time++)
        {
            foreach (var action in actions)
            {
                for (var call = 0; call < Calls; call++)
                {
                    action();
                }
            }

            never.Wait(Quiet);
        }
    }
}
