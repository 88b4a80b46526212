namespace Jinbang.ProcessTests.Crash;

/// <summary>What the one client that writes a profile's field can swear to: the last value acknowledged, and those sent after it without an answer.</summary>
internal sealed class FieldWitness
{
    private readonly List<string> unanswered = [];

    public string? Acknowledged { get; private set; }

    public void Sending(string value) => unanswered.Add(value);

    public void Answered(string value)
    {
        Acknowledged = value;
        unanswered.Clear();
    }

    /// <summary>Compares what is stored, and swears to that from now on.</summary>
    /// <returns>What is wrong, null when nothing is.</returns>
    public string? Check(string? stored)
    {
        if (stored != Acknowledged && (stored is null || !unanswered.Contains(stored)))
        {
            return $"'{stored}' is stored after '{Acknowledged}' was acknowledged and '{string.Join("', '", unanswered)}' sent";
        }

        Acknowledged = stored;
        unanswered.Clear();
        return null;
    }
}
