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

    /// <summary>v1: the lines of random players are read.</summary>
    OwnRank,

    /// <summary>v1: the eleven lines around random players are read.</summary>
    Around,

    /// <summary>v1: as before, but 95 % of the players are drawn from the same few.</summary>
    AroundPopular,

    /// <summary>v1: the first hundred lines are read, while nothing changes.</summary>
    FirstPage,

    /// <summary>v1: as before, while random players submit 100 improving scores per second.</summary>
    FirstPageBeside,

    /// <summary>v1: as before, but it is the first hundred themselves who submit, so every submission changes the page.</summary>
    FirstPageChanging,

    /// <summary>v1: random players submit a score a little above their last one, each with an idempotency key of its own.</summary>
    SubmitImproving,

    /// <summary>v1: as before, but only 30 % improve.</summary>
    SubmitMostlyNot,

    /// <summary>v1: 40 % own rank, 20 % around, 20 % first hundred, 20 % improving scores.</summary>
    MixV1,
}

/// <summary>The interfaces that a call can belong to; each is measured on a board of its own.</summary>
internal enum Api
{
    /// <summary>The four calls of the classic API, on a board with one window.</summary>
    Classic,

    /// <summary>The v1 API, on a board with three windows.</summary>
    V1,
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
        Call.OwnRank => "own_rank",
        Call.Around => "around",
        Call.AroundPopular => "around-popular",
        Call.FirstPage => "top_100",
        Call.FirstPageBeside => "top_100-beside",
        Call.FirstPageChanging => "top_100-changing",
        Call.SubmitImproving => "submit",
        Call.SubmitMostlyNot => "submit-30",
        Call.MixV1 => "v1_mix",
    };

    /// <summary>Which interface it belongs to.</summary>
    public static Api ApiOf(this Call call) => call >= Call.OwnRank ? Api.V1 : Api.Classic;

    /// <summary>Whether it changes what the server stores.</summary>
    public static bool Writes(this Call call) => call is not (Call.UserScore or Call.TopHundred or Call.OwnRank or Call.Around or Call.AroundPopular or Call.FirstPage);

    /// <summary>The ratio to the bare server that it is to reach at the least, or null.</summary>
    public static double? Goal(this Call call) => call switch
    {
        Call.OwnRank or Call.Around or Call.AroundPopular => 0.6,
        Call.FirstPage or Call.FirstPageBeside => 0.8,
        Call.SubmitImproving or Call.SubmitMostlyNot => 0.35,
        _ => null,
    };

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
