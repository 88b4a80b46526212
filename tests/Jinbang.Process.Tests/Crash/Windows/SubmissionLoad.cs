using System.Net.Sockets;
using System.Text.Json;
using Jinbang.ProcessTests.Clients;
using Jinbang.ProcessTests.Processes;

namespace Jinbang.ProcessTests.Crash.Windows;

/// <summary>A client over all lives of the server: what it has not been answered it sends again, with the same key, before anything else.</summary>
internal sealed class SubmissionClient(WindowWitness witness, int number, int seed)
{
    private readonly Random random = new(HashCode.Combine(seed, number));
    private readonly List<Submitted> unanswered = [];
    private readonly List<Submitted> answered = [];
    private int made;

    /// <summary>Submits one by one until told to end, or until the server closes the connection.</summary>
    /// <param name="server">The server.</param>
    /// <param name="key">The key of the game's server.</param>
    /// <param name="boards">The boards.</param>
    /// <param name="players">For whom.</param>
    /// <param name="isOver">Whether it is over once there is nothing to repeat.</param>
    /// <returns>What went wrong, null when nothing did.</returns>
    public async Task<string?> RunAsync(ServerProcess server, string key, IReadOnlyList<string> boards, IReadOnlyList<string> players, Func<bool> isOver)
    {
        try
        {
            using var connection = await V1Connection.OpenAsync(server, key);
            unanswered.RemoveAll(submitted => !players.Contains(submitted.Player));
            answered.RemoveAll(submitted => !players.Contains(submitted.Player));
            while (unanswered.Count > 0 || !isOver())
            {
                var submitted = unanswered.Count > 0 ? unanswered[0]
                    : answered.Count > 0 && random.Next(10) == 0 ? answered[random.Next(answered.Count)]
                    : Make(boards[random.Next(boards.Count)], players[random.Next(players.Count)]);
                witness.Sending(submitted);
                if (await connection.AskAsync("POST", $"/v1/games/{WindowWitness.Game}/boards/{submitted.Board}/scores", submitted.JsonWithoutBoard) is not { } reply)
                {
                    return null;
                }

                if (reply.Status != 200)
                {
                    return $"{submitted} was answered {reply.Status} {reply.Body}";
                }

                using var json = JsonDocument.Parse(reply.Body);
                if (Answered(submitted, json.RootElement) is { } fault)
                {
                    return fault;
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or CutReplyException)
        {
            // The server is gone; what was in flight is sent again to the next one.
        }

        return null;
    }

    /// <summary>Submits once for each player, many at a time, after what was not answered.</summary>
    /// <returns>What went wrong, null when nothing did.</returns>
    public async Task<string?> RunBatchesAsync(ServerProcess server, string key, string board, IReadOnlyList<string> players)
    {
        try
        {
            using var connection = await V1Connection.OpenAsync(server, key);
            unanswered.RemoveAll(submitted => !players.Contains(submitted.Player));
            var wanted = unanswered.Count > 0 ? [.. unanswered] : players.Select(player => Make(board, player)).ToList();
            foreach (var batch in wanted.Chunk(100))
            {
                Array.ForEach(batch, witness.Sending);
                var body = $$"""{"submissions":[{{string.Join(',', batch.Select(static submitted => submitted.Json))}}]}""";
                if (await connection.AskAsync("POST", $"/v1/games/{WindowWitness.Game}/scores/batch", body) is not { } reply)
                {
                    return null;
                }

                if (reply.Status != 200)
                {
                    return $"A batch was answered {reply.Status} {reply.Body}";
                }

                using var json = JsonDocument.Parse(reply.Body);
                foreach (var (submitted, result) in batch.Zip(json.RootElement.GetProperty("results").EnumerateArray()))
                {
                    if (result.GetProperty("status").GetInt32() != 200)
                    {
                        return $"{submitted} was answered {result}";
                    }

                    if (Answered(submitted, result.GetProperty("submission")) is { } fault)
                    {
                        return fault;
                    }
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or CutReplyException)
        {
            // As above.
        }

        return null;
    }

    private Submitted Make(string board, string player)
    {
        // Few different scores, so that many are equal; a zero changes no sum.
        var rules = witness.RulesOf(board);
        var submitted = new Submitted(board, player, new Points(random.Next(0, 30), rules.HasHits ? random.Next(2) : 0), $"{number}.{++made}", rules.HasHits);
        unanswered.Add(submitted);
        return submitted;
    }

    private string? Answered(Submitted submitted, JsonElement reply)
    {
        if (unanswered.Remove(submitted))
        {
            answered.Add(submitted);
        }

        return witness.Answered(submitted, reply);
    }
}
