using System.Text;
using System.Text.Json;
using Jinbang.Server.Access;
using Jinbang.Server.Problems;

namespace Jinbang.Server.Reference;

/// <summary>The sentences of the reference that no route says itself.</summary>
internal static class ReferenceText
{
    public const string Title = "Jinbang";

    /// <summary>What holds for all routes.</summary>
    public const string Introduction = """
        Leaderboards of games. A game has boards, a board has windows (all time, a day, a week, a month, a season), and a window has one entry of each player.

        **Credentials.** `Authorization: Bearer …` with a client key (it sits in the game, so it is no secret), a player's token, a server key, or the operator's key. Each route says which of them it takes.

        **Players** are named by public ids of 16 characters; `me` in a path stands for the player whose token it is. The game's own ids of players go in and hardly ever come out.

        **Scores** are decimal strings, such as `"12.50"` on a board with two decimals; `score_number` stands beside them where every reader of JSON can hold the number exactly. A submitted score may also be a plain JSON number.

        **Times** are RFC 3339 in UTC with milliseconds.

        **Versions.** A board's version grows with every change of it. A submission answers with the version that shows it, and a read with `min_version` waits for it. Reads have an `ETag`.

        **Errors** are problems (RFC 9457, `application/problem+json`): act on `code`; `errors` names the fields. All codes: [/docs/problems](/docs/problems). A field that the reference does not know is refused.
        """;

    /// <summary>What the words in paths mean.</summary>
    public static string OfPathWord(string name) => name switch
    {
        "game" => "The game's id.",
        "board" => "The board's name.",
        "window" => "A window: the name of a rule for the current one (`all_time`, `daily`), `daily:previous` for the one before, `daily:2026-11-24` for a certain one, or a season's name.",
        "player" => "A player's public id, or `me` for the player whose token it is.",
        "key" => "The key's id.",
        _ => "",
    };

    /// <summary>Who may call, as a sentence.</summary>
    public static string Of(Who who)
    {
        if (who.HasFlag(Who.Anyone))
        {
            return "Takes: no credential.";
        }

        var words = new List<string>();
        Add(Who.Client, "a client key");
        Add(Who.Player, "a player's token");
        Add(Who.OwnPlayer, "the player's own token");
        Add(Who.Server, "a server key");

        // The operator may do what a server may.
        if ((who & (Who.Operator | Who.Server)) != 0)
        {
            words.Add("the operator's key");
        }

        return $"Takes: {(words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}")}.";

        void Add(Who one, string word)
        {
            if (who.HasFlag(one))
            {
                words.Add(word);
            }
        }
    }

    /// <summary>The codes of a status, as a sentence each.</summary>
    public static string Of(IEnumerable<ProblemCode> codes) => string.Join(" ", codes.Select(static code => $"`{CodeOf(code)}`: {ProblemReplies.Of(code).Title}"));

    /// <summary>A page that lists all codes; the types of problems lead to its parts.</summary>
    public static byte[] ProblemsPage()
    {
        var html = new StringBuilder("""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Problems – Jinbang</title>
            <h1>Problems</h1>
            <p>Errors of the v1 API are problems as RFC 9457 has them. Act on <code>code</code>; <code>detail</code> and <code>errors</code> are for people.</p>
            <dl>

            """);
        foreach (var code in Enum.GetValues<ProblemCode>())
        {
            var name = CodeOf(code);
            html.Append("<dt id=\"").Append(name).Append("\"><code>").Append(name).Append("</code> – ").Append(ProblemReplies.StatusOf(code)).Append("</dt>\n<dd>")
                .Append(ProblemReplies.Of(code).Title).Append("</dd>\n");
        }

        html.Append("</dl>\n<p><a href=\"/docs\">The reference</a></p>\n</html>\n");
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    private static string CodeOf(ProblemCode code) => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString());
}
