using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Jinbang.Ranking.Sealed;

// The file
// --------
// Blocks of 4,096 bytes: 4,092 bytes of content, then a CRC-32C (Castagnoli; starts with all ones, complemented at the end) of the file id as 8 bytes,
// the block's number as 8 bytes, and the content. All numbers are little endian. Records lie one behind the other from the start of a block, as many
// as fit whole; the rest of a block is zero. Sections follow each other in this order, each from a new block on; an empty one has no block.
//
// block 0, the header
//   at  size  what
//    0     8  "JBSEALED"
//    8     4  format, 1
//   12     4  bytes in a block, 4096
//   16     8  file id, random
//   24    24  label: board, window, last order, 8 bytes each
//   48     4  entries
//   52     4  different scores
//   56     4  the highest player number, 0 when there is no entry
//   60     1  columns of a score, 1 to 4
//   61     4  order of each column: 1 higher is better, 2 lower is better, 0 no such column
//   65     1  index of players: 1 dense, 2 sparse
//   66     6  0
//   72     8  blocks in the file
//   80   160  ten sections, each its first block (8) and how many blocks it has (8), both 0 when it is empty:
//             entries; index; four levels of the entry tree, lowest first; four levels of the player tree, lowest first
//
// section     a record                                                          records
// entries     score columns (8 each), order (8), player (4)                     one an entry, in rank order
// entry tree  how many different scores are better (4), score columns (8 each)  lowest level: one for each block of entries, about its first entry;
//                                                                               above: one for each block of the level below, a copy of its first record
// index,      rank, 0 for none (4)                                              one a player number, from 1 to the highest
//   dense
// index,      player (4), rank (4)                                              one an entry, by player
//   sparse
// player      player (4)                                                        only over a sparse index: for its blocks as the entry tree is for those of
//   tree                                                                        the entries
//
// A rank is the position from 1. A tree's levels go on until one is a single block; a table of entries always has one, an empty table none.

/// <summary>Writes sealed files.</summary>
public static class SealedFile
{
    /// <summary>
    /// Writes standings into a file, in place of an older one if there is one. When this returns, the file is whole and on the disk; when it throws, an
    /// older file is as it was, and nothing else is left. Not for the same path from two threads: the second one is refused.
    /// </summary>
    /// <param name="path">The file. Beside it a file of the same name with ".new" at its end is made, and taken over when it was left by a crash.</param>
    /// <param name="source">The standings; nobody changes them meanwhile.</param>
    /// <param name="label">What they are about.</param>
    /// <param name="syncFolder">
    /// Syncs a folder's list of files, given its path, so that the new name survives a power cut. It is passed in because .NET has no such call and the
    /// owner of the folder has one: this room stays free of the system's own functions.
    /// </param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The standings are not in order, or were changed meanwhile.</exception>
    public static void Write(string path, Standings source, SealedLabel label, Action<string> syncFolder)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(syncFolder);
        path = Path.GetFullPath(path);
        var unfinished = path + ".new";
        var isMade = false;
        try
        {
            using (var handle = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                isMade = true;
                var fileId = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
                new SealedWriter(source, label, fileId, new SealedBlockWriter(handle, fileId)).Write();
                RandomAccess.FlushToDisk(handle);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch when (isMade)
        {
            File.Delete(unfinished);
            throw;
        }

        syncFolder(Path.GetDirectoryName(path)!);
    }
}
