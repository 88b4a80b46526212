namespace Jinbang.Bench.Load.Client;

/// <summary>What players do during a measurement.</summary>
internal enum Call
{
    /// <summary>Random players read their own score.</summary>
    UserScore,

    /// <summary>The ranking page is read.</summary>
    TopHundred,

    /// <summary>Random players submit a score a little above their last one.</summary>
    PostScoreImproving,

    /// <summary>As before, but only 30 % improve; the others submit the same or a lower score.</summary>
    PostScoreMostlyNot,

    /// <summary>Random players change their nickname.</summary>
    PostUserInfo,

    /// <summary>40 % own score, 20 % first hundred, 30 % improving scores, 10 % profiles.</summary>
    Mix,
}

/// <summary>Names and properties of the calls.</summary>
internal static class CallNames
{
    /// <summary>The name in options and tables.</summary>
    public static string Name(this Call call) => call switch
    {
        Call.UserScore => "user_score",
        Call.TopHundred => "tpinball_score",
        Call.PostScoreImproving => "post_score",
        Call.PostScoreMostlyNot => "post_score-30",
        Call.PostUserInfo => "post_user_info",
        Call.Mix => "mix",
    };

    /// <summary>Whether it changes what the server stores.</summary>
    public static bool Writes(this Call call) => call is not (Call.UserScore or Call.TopHundred);

    /// <summary>The call of this name.</summary>
    public static Call Parse(string name)
    {
        foreach (var call in Enum.GetValues<Call>())
        {
            if (call.Name() == name)
                return call;
        }

        throw new FormatException($"No call is named '{name}': {string.Join(", ", Enum.GetValues<Call>().Select(Name))}.");
    }
}
