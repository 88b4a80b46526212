using System.Collections.Frozen;
using Jinbang.Boards;
using Jinbang.Boards.Storage;

namespace Jinbang.Server.Access;

/// <summary>
/// The operator's key of this server, and where several share a store, those of the others: each has a key of its own in its data folder, notes the key's hash in the store,
/// and takes all of them.
/// </summary>
/// <param name="own">This server's.</param>
/// <param name="boards">Where the hashes rest.</param>
/// <param name="server">What this server is called among those that share the store; null when none does. Its new key takes the place of its old one.</param>
internal sealed class OperatorKeys(OperatorCredential own, IBoards boards, string? server)
{
    private const string RecordKind = "operator";

    private volatile FrozenSet<string> others = FrozenSet<string>.Empty;

    /// <summary>This server's key.</summary>
    public OperatorCredential Own => own;

    /// <summary>Whether a text is one of the keys. Hashes are compared, so how long it takes tells nothing about a key.</summary>
    public bool Has(ReadOnlySpan<byte> text) => own.Is(text) || (others.Count > 0 && others.Contains(KeyHash.Of(text).ToString()));

    /// <summary>Notes this server's key and reads those of the others: when the boards are ready, and when another server may have changed some.</summary>
    public async Task LoadAsync()
    {
        if (server is null)
        {
            return;
        }

        var records = await boards.ReadRecordsAsync(RecordKind, CancellationToken.None);
        if (records.FirstOrDefault(record => record.Id == server)?.Body != own.Hash)
        {
            await boards.PutRecordsAsync([new RecordRow(RecordKind, server, own.Hash)]);
        }

        others = records.Where(record => record.Id != server).Select(static record => record.Body!).ToFrozenSet(StringComparer.Ordinal);
    }
}
