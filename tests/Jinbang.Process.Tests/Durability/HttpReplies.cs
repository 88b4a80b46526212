using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Jinbang.ProcessTests.Durability;

/// <summary>Tells which score a reply acknowledges: the last one that was received on the same socket. One request at a time on each connection.</summary>
internal sealed partial class HttpReplies
{
    private static readonly byte[] Added = Encoding.UTF8.GetBytes("添加成绩成功");
    private static readonly byte[] Changed = Encoding.UTF8.GetBytes("修改成绩成功");

    private readonly Dictionary<string, long> asked = [];

    public long? AcknowledgedBy(TracedCall call)
    {
        if (call.IsReceive && LastScore().Match(Encoding.UTF8.GetString(call.Data)) is { Success: true } found)
        {
            asked[call.File] = long.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }

        return (call.IsSend || call.IsWrite) && (call.Data.AsSpan().IndexOf(Added) >= 0 || call.Data.AsSpan().IndexOf(Changed) >= 0) ? asked[call.File] : null;
    }

    [GeneratedRegex("score=([0-9]+)", RegexOptions.RightToLeft)]
    private static partial Regex LastScore();
}
