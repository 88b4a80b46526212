using System.Globalization;
using Jinbang.Boards;
using Jinbang.Boards.Games;
using Jinbang.Ranking;
using Jinbang.Storage.Sqlite;

// Submits COUNT scores one after the other to boards over a store in DATA, with or without syncing, and says "ack SCORE" after each that was accepted:
// the server without HTTP, for the test that shows that the sync trace notices a missing sync.
//
//   Jinbang.UnsafeServer DATA synced|unsynced FIRST COUNT

var (data, isUnsynced, first, count) = (args[0], args[1] == "unsynced", long.Parse(args[2], CultureInfo.InvariantCulture), int.Parse(args[3], CultureInfo.InvariantCulture));
var game = new GameDefinition { Id = GameId.Parse("unsafe"), Boards = [new BoardDefinition { Name = BoardDefinition.ClassicName }] };
await using var store = SqliteScoreStore.Open(DataFolder.Take(data), new SqliteStoreOptions { UnsafeWithoutSync = isUnsynced }, TimeProvider.System);
var boards = new LocalBoards(store, [game], TimeProvider.System, new LocalBoardsOptions());
await boards.LoadAsync();
for (var score = first; score < first + count; score++)
{
    var outcome = await boards.SubmitAsync(BoardId.Classic(game.Id), "player"u8, new Score(score));
    Console.Out.WriteLine($"ack {score} {outcome.Result}");
}

await boards.StopAsync();
