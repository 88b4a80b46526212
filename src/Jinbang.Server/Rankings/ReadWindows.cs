using System.Globalization;
using Jinbang.Boards;
using Jinbang.Boards.Rankings;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Rankings;

/// <summary>Reads which windows a board has.</summary>
internal sealed class ReadWindows(IBoards boards, TimeProvider time)
{
    public const int Most = 100;
    public const int Standard = 50;

    public async Task ListAsync(HttpContext context)
    {
        if (Targets.FindBoard(context, boards, out var target) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        var faults = new Faults();
        var query = new QueryFields(context, faults);
        var rule = query.Text("rule");
        var cursor = (int)query.Number("cursor", 0, 1, int.MaxValue);
        var limit = (int)query.Number("limit", Standard, 1, Most);
        var version = query.Number(VersionWait.Parameter, 0, 0, long.MaxValue);
        if ((faults.Refusal ?? await VersionWait.UntilAsync(context, boards, target.Id, version, time)) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var seen = await boards.VersionAsync(target.Id);
        var (windows, next) = await boards.ReadWindowsAsync(target.Id, rule, cursor, limit, context.RequestAborted);
        var reply = new WindowsReply
        {
            Version = seen,
            Windows = [.. windows.Select(WindowReply.Of)],
            Next = next == 0 ? null : next.ToString(CultureInfo.InvariantCulture),
        };
        await ReadReply.Of(reply, RankingsJson.Wire.WindowsReply).WriteAsync(context);
    }

    public async Task OneAsync(HttpContext context)
    {
        if (Targets.FindWindow(context, boards, out var target) is { } missing)
        {
            await missing.WriteAsync(context);
            return;
        }

        var faults = new Faults();
        var version = new QueryFields(context, faults).Number(VersionWait.Parameter, 0, 0, long.MaxValue);
        if ((faults.Refusal ?? await VersionWait.UntilAsync(context, boards, target.Id, version, time)) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        if (await boards.AskAsync(target.Id, target.Window, new Question(), context.RequestAborted) is not { } answer)
        {
            await Targets.NoWindow.WriteAsync(context);
            return;
        }

        var reply = new OneWindowReply { Window = WindowReply.Of(answer.Window), Version = answer.Version };
        await ReadReply.Of(reply, RankingsJson.Wire.OneWindowReply).WriteAsync(context);
    }
}
