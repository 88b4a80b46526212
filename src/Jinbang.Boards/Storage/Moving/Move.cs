using System.Globalization;
using System.Security.Cryptography;

namespace Jinbang.Boards.Storage.Moving;

/// <summary>What a move has done.</summary>
/// <param name="Tables">Each table with its rows and their checksum, equal on both sides.</param>
/// <param name="Copied">How many rows were copied this time.</param>
/// <param name="WasThere">Whether everything had been moved before, and was only compared.</param>
public sealed record MoveResult(IReadOnlyList<(string Table, long Rows, ulong Sum)> Tables, long Copied, bool WasThere);

/// <summary>
/// Moves everything from one store to another of another kind. Batches of rows are committed together with how far the copy has come, so a move that was killed goes on
/// where it was; then both sides are read and compared by counts and checksums, and only after that the target may be used. Of the source nothing is changed.
/// </summary>
public static class Move
{
    /// <summary>How many rows are committed together, if nothing else is asked for.</summary>
    public const int BatchRows = 20_000;

    /// <summary>Moves, or goes on with a move, or compares what was moved.</summary>
    /// <param name="source">From where.</param>
    /// <param name="target">To where: empty, or what an earlier run has left or ended.</param>
    /// <param name="tell">Takes a line of progress now and then.</param>
    /// <param name="cancellationToken">Stops it; what was copied stays, and the next run goes on from there.</param>
    /// <param name="batchRows">How many rows are committed together.</param>
    /// <exception cref="MoveException">The target holds other data, or both differ in the end.</exception>
    public static async Task<MoveResult> RunAsync(IMovedStore source, IMovedStore target, Action<string> tell, CancellationToken cancellationToken, int batchRows = BatchRows)
    {
        var numbers = await source.ReadNumbersAsync(cancellationToken);
        var progress = await target.ReadProgressAsync(cancellationToken);
        if (progress is null && !await target.IsEmptyAsync(cancellationToken))
        {
            return await CompareWithMovedAsync(source, target, numbers, tell, cancellationToken);
        }

        var origin = OriginOf(numbers);
        if (progress is { } begun && begun.Origin != origin)
        {
            tell($"The source has changed since the move to {target.Name} began: it begins anew.");
            progress = null;
        }

        if (progress is null)
        {
            await target.BeginAsync(origin, cancellationToken);
        }

        var copied = 0L;
        foreach (var table in MovedTable.All)
        {
            copied += await CopyAsync(source, target, table, progress?.Rows.GetValueOrDefault(table.Name) ?? 0, batchRows, tell, cancellationToken);
        }

        await target.CompleteAsync(numbers, cancellationToken);
        IReadOnlyList<(string, long, ulong)> tables;
        try
        {
            tables = await CompareAsync(source, target, numbers, tell, cancellationToken);
        }
        catch (MoveException fault)
        {
            // What is there is of no use: the next run copies everything.
            await target.BeginAsync("", cancellationToken);
            throw new MoveException($"{fault.Message} The target was emptied: move again.");
        }

        await target.EndAsync(cancellationToken);
        return new MoveResult(tables, copied, WasThere: false);
    }

    private static async Task<MoveResult> CompareWithMovedAsync(
        IMovedStore source, IMovedStore target, MovedNumbers numbers, Action<string> tell, CancellationToken cancellationToken)
    {
        var theirs = await target.ReadNumbersAsync(cancellationToken);
        if (!theirs.Secret.Span.SequenceEqual(numbers.Secret.Span))
        {
            throw new MoveException($"{target.Name} holds data of its own: a move needs an empty target.");
        }

        if (!theirs.Agrees(numbers))
        {
            throw new MoveException($"{target.Name} has the data of {source.Name}, and one of them has gone on since: nothing is overwritten. Give an empty target to move once more.");
        }

        return new MoveResult(await CompareAsync(source, target, numbers, tell, cancellationToken), 0, WasThere: true);
    }

    private static async Task<long> CopyAsync(
        IMovedStore source, IMovedStore target, MovedTable table, long done, int batchRows, Action<string> tell, CancellationToken cancellationToken)
    {
        var copied = 0L;
        var batch = new List<object?[]>(batchRows);
        await foreach (var row in source.ReadAsync(table, done, cancellationToken))
        {
            batch.Add(row);
            if (batch.Count == batchRows)
            {
                await AddAsync();
            }
        }

        if (batch.Count > 0)
        {
            await AddAsync();
        }

        return copied;

        async Task AddAsync()
        {
            await target.AddAsync(table, batch, cancellationToken);
            copied += batch.Count;
            batch.Clear();
            tell(string.Create(CultureInfo.InvariantCulture, $"{table.Name}: {done + copied:N0} rows"));
        }
    }

    private static async Task<IReadOnlyList<(string, long, ulong)>> CompareAsync(
        IMovedStore source, IMovedStore target, MovedNumbers numbers, Action<string> tell, CancellationToken cancellationToken)
    {
        tell("Comparing both sides.");
        if (!(await target.ReadNumbersAsync(cancellationToken)).Agrees(numbers))
        {
            throw new MoveException($"{source.Name} and {target.Name} differ in their last numbers or their secret.");
        }

        var tables = new List<(string, long, ulong)>();
        foreach (var table in MovedTable.All)
        {
            // At the same time: each has a machine of its own to wait for.
            var (own, others) = (DigestAsync(source, table, cancellationToken), DigestAsync(target, table, cancellationToken));
            if ((await own).DifferenceTo(await others) is { } difference)
            {
                throw new MoveException($"{source.Name} and {target.Name} differ in {difference}.");
            }

            tables.Add((table.Name, (await own).Rows, (await own).Sum));
        }

        return tables;
    }

    private static Task<TableDigest> DigestAsync(IMovedStore store, MovedTable table, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            var digest = new TableDigest(table);
            await foreach (var row in store.ReadAsync(table, 0, cancellationToken))
            {
                digest.Add(row);
            }

            return digest;
        },
        cancellationToken);

    /// <summary>Everything that is ever written counts a commit or gives a number, but for what the store does with the rows it has.</summary>
    private static string OriginOf(MovedNumbers numbers) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{Convert.ToHexString(SHA256.HashData(numbers.Secret.Span))} {numbers.Commit} {numbers.CommitAt} {numbers.LastGame} {numbers.LastBoard} {numbers.LastWindow} {numbers.LastEvent} {numbers.Folded}"))).AsSpan(0, 16));
}
