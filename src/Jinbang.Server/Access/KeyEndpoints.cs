using Jinbang.Boards;
using Jinbang.Server.Games;
using Jinbang.Server.Problems;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Access;

/// <summary>The operator's calls for the keys of a game.</summary>
internal static class KeyEndpoints
{
    private const string Tag = "Keys";
    private const string Path = "/v1/games/{game}/keys";
    private const int LongestName = 64;

    public static IEndpointRouteBuilder MapKeys(this IEndpointRouteBuilder routes, IBoards boards, ApiKeys keys, TimeProvider time)
    {
        routes.MapMethods(Path, ["GET", "HEAD"], context => GameEndpoints.Find(context, boards) is { } game
            ? context.WriteJsonAsync(StatusCodes.Status200OK, new KeysBody([.. keys.Of(game.Id).Select(static key => KeyBody.Write(key))]), KeysJson.Wire.KeysBody)
            : GameEndpoints.WriteNotFoundAsync(context))
            .Allow(Who.Operator)
            .Describe("ListKeys", Tag, "List a game's keys", "The game's keys, the oldest first, also those that are revoked or expired. Secrets are not stored and never shown again.")
            .Answers<KeysBody>(StatusCodes.Status200OK).Fails(ProblemCode.NotFound);
        routes.MapMethods(Path, ["POST"], context => CreateAsync(context, boards, keys, time))
            .Allow(Who.Operator)
            .Describe("CreateKey", Tag, "Make a key", $"Makes a key; its secret is in this answer only. A game has at most {ApiKeys.MostPerGame} keys.")
            .Takes<NewKeyBody>()
            .Answers<KeyBody>(StatusCodes.Status201Created).Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.TooMany, ProblemCode.Unavailable);
        routes.MapMethods($"{Path}/{{key}}", ["DELETE"], context => RevokeAsync(context, boards, keys))
            .Allow(Who.Operator)
            .Describe("RevokeKey", Tag, "Revoke a key", "Ends the key at once.")
            .AnswersNothing().Fails(ProblemCode.NotFound, ProblemCode.Unavailable);
        routes.MapMethods($"{Path}/{{key}}/rotate", ["POST"], context => RotateAsync(context, boards, keys))
            .Allow(Who.Operator)
            .Describe("RotateKey", Tag, "Replace a key", "Makes another key of the same kind and name. The old one goes on for the overlap, a day when nothing is said, so that both work meanwhile.")
            .Takes<RotationBody>(isOptional: true)
            .Answers<KeyBody>(StatusCodes.Status201Created).Fails(ProblemCode.Invalid, ProblemCode.NotFound, ProblemCode.TooMany, ProblemCode.Unavailable);
        return routes;
    }

    private static async Task CreateAsync(HttpContext context, IBoards boards, ApiKeys keys, TimeProvider time)
    {
        if (GameEndpoints.Find(context, boards) is not { } game)
        {
            await GameEndpoints.WriteNotFoundAsync(context);
            return;
        }

        if (await JsonBody.ReadAsync(context, KeysJson.Wire.NewKeyBody) is not { } body)
        {
            return;
        }

        var faults = FieldFaults.OfUnknown("", body.Unknown).ToList();
        if (!KeyWords.Kinds.TryRead(body.Kind ?? "", out var kind))
        {
            faults.Add(new FieldError("kind", $"{KeyWords.Kinds.Choice} is allowed."));
        }

        if (string.IsNullOrWhiteSpace(body.Name) || body.Name.Length > LongestName || body.Name.Any(char.IsControl))
        {
            faults.Add(new FieldError("name", $"1 to {LongestName} characters are allowed."));
        }

        DateTimeOffset? expires = null;
        if (body.ExpiresAt is { } text)
        {
            expires = WireTime.TryParse(text, out var at) ? at : null;
            if (!(expires > time.GetUtcNow()))
            {
                faults.Add(new FieldError("expires_at", "a time to come with its offset is allowed, such as 2030-12-01T00:00:00Z."));
            }
        }

        await (faults.Count > 0
            ? context.WriteProblemAsync(ProblemCode.Invalid, errors: faults)
            : WriteAsync(context, await keys.CreateAsync(game.Id, kind, body.Name!, expires)));
    }

    private static async Task RevokeAsync(HttpContext context, IBoards boards, ApiKeys keys)
    {
        if (GameEndpoints.Find(context, boards) is not { } game)
        {
            await GameEndpoints.WriteNotFoundAsync(context);
            return;
        }

        var outcome = await keys.RevokeAsync(game.Id, (string)context.GetRouteValue("key")!);
        await (outcome == KeyOutcome.Done ? context.WriteDone() : WriteAsync(context, new NewKey(outcome)));
    }

    private static async Task RotateAsync(HttpContext context, IBoards boards, ApiKeys keys)
    {
        if (GameEndpoints.Find(context, boards) is not { } game)
        {
            await GameEndpoints.WriteNotFoundAsync(context);
            return;
        }

        if (await JsonBody.ReadAsync(context, KeysJson.Wire.RotationBody, absent: new RotationBody()) is not { } body)
        {
            return;
        }

        var faults = FieldFaults.OfUnknown("", body.Unknown).ToList();
        var overlap = body.OverlapSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : ApiKeys.UsualOverlap;
        if (overlap < TimeSpan.Zero || overlap > ApiKeys.LongestOverlap)
        {
            faults.Add(new FieldError("overlap_seconds", $"0 to {(int)ApiKeys.LongestOverlap.TotalSeconds} is allowed."));
        }

        await (faults.Count > 0
            ? context.WriteProblemAsync(ProblemCode.Invalid, errors: faults)
            : WriteAsync(context, await keys.RotateAsync(game.Id, (string)context.GetRouteValue("key")!, overlap)));
    }

    private static Task WriteAsync(HttpContext context, NewKey made) => made.Outcome switch
    {
        KeyOutcome.Done => context.WriteJsonAsync(StatusCodes.Status201Created, KeyBody.Write(made.Key!, made.Secret), KeysJson.Wire.KeyBody),
        KeyOutcome.NotFound => context.WriteProblemAsync(ProblemCode.NotFound, "There is no such key."),
        KeyOutcome.NotValid => context.WriteProblemAsync(ProblemCode.Invalid, "The key is revoked or expired. Make a new one."),
        KeyOutcome.TooMany => context.WriteProblemAsync(ProblemCode.TooMany, $"The game has {ApiKeys.MostPerGame} valid keys. Revoke one first."),
        KeyOutcome.Unavailable => context.WriteProblemAsync(ProblemCode.Unavailable),
    };
}
