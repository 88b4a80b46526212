using System.Globalization;
using System.Reflection;

// Public because components are, and with them what they take: names say what the rest is.
#pragma warning disable CS1591

namespace Jinbang.Server.Pages;

/// <summary>What the public pages say, in one language. Every text is a member, so none can be forgotten in the other.</summary>
public sealed record PageTexts
{
    public static readonly PageTexts Chinese = new()
    {
        Language = "zh-CN",
        Other = "English",
        OtherLanguage = "en",
        Rank = "名次",
        Player = "玩家",
        Score = "成绩",
        Nobody = "还没有人上榜，来做第一名吧！",
        Anonymous = "已注销的玩家",
        Unnamed = "无名玩家",
        Players = "{0} 人上榜",
        Open = "进行中",
        Closed = "已结束",
        Ends = "{0} 结束",
        Ended = "{0} 结束",
        Windows = "榜单",
        AllTime = "总榜",
        Daily = "日榜",
        Weekly = "周榜",
        Monthly = "月榜",
        Mine = "我的名次",
        MineUnknown = "这个榜单里还没有你。",
        Find = "玩家编号",
        Search = "查看",
        Next = "下一页",
        Previous = "上一页",
        Play = "去玩游戏",
        Screen = "大屏",
        Live = "实时更新",
        Waiting = "正在重新连接…",
        Missing = "没有这个榜单",
        MissingText = "地址可能写错了，或者这个榜单不公开。",
        Home = "回首页",
        Busy = "服务器正忙",
        BusyText = "请稍后再试。",
        Scan = "扫码来玩",
        Left = "距结束",
        Past = "往期",
        HomeLead = "自己掌管的成绩与排行榜服务器。点一下就能开始玩。",
        PlayNow = "开始玩",
        TopThree = "前三名",
        WholeBoard = "完整榜单",
        ForDevelopers = "给开发者",
        ApiBases = "每个游戏的接口地址：",
        Top = "前 100 名",
        Reference = "接口文档",
        Sdk = "JavaScript SDK",
        Health = "服务器状态",
    };

    public static readonly PageTexts English = new()
    {
        Language = "en",
        Other = "中文",
        OtherLanguage = "zh",
        Rank = "Place",
        Player = "Player",
        Score = "Score",
        Nobody = "Nobody is here yet. Be the first!",
        Anonymous = "a former player",
        Unnamed = "a player",
        Players = "{0} players",
        Open = "running",
        Closed = "final",
        Ends = "ends {0}",
        Ended = "ended {0}",
        Windows = "Boards",
        AllTime = "All time",
        Daily = "Today",
        Weekly = "This week",
        Monthly = "This month",
        Mine = "My place",
        MineUnknown = "You are not on this board yet.",
        Find = "Player id",
        Search = "Show",
        Next = "Next page",
        Previous = "Previous page",
        Play = "Play",
        Screen = "Big screen",
        Live = "Live",
        Waiting = "Reconnecting…",
        Missing = "There is no such board",
        MissingText = "The address may be wrong, or the board is not public.",
        Home = "Home",
        Busy = "The server is busy",
        BusyText = "Please try again in a moment.",
        Scan = "Scan to play",
        Left = "Ends in",
        Past = "Past",
        HomeLead = "A score and leaderboard server of your own. One click and you play.",
        PlayNow = "Play now",
        TopThree = "Top three",
        WholeBoard = "Whole board",
        ForDevelopers = "For developers",
        ApiBases = "The API base of each game:",
        Top = "Top 100",
        Reference = "API reference",
        Sdk = "JavaScript SDK",
        Health = "Server health",
    };

    /// <summary>The tag of the language.</summary>
    public required string Language { get; init; }

    public required string Other { get; init; }

    public required string OtherLanguage { get; init; }

    public required string Rank { get; init; }

    public required string Player { get; init; }

    public required string Score { get; init; }

    public required string Nobody { get; init; }

    public required string Anonymous { get; init; }

    public required string Unnamed { get; init; }

    public required string Players { get; init; }

    public required string Open { get; init; }

    public required string Closed { get; init; }

    public required string Ends { get; init; }

    public required string Ended { get; init; }

    public required string Windows { get; init; }

    public required string AllTime { get; init; }

    public required string Daily { get; init; }

    public required string Weekly { get; init; }

    public required string Monthly { get; init; }

    public required string Mine { get; init; }

    public required string MineUnknown { get; init; }

    public required string Find { get; init; }

    public required string Search { get; init; }

    public required string Next { get; init; }

    public required string Previous { get; init; }

    public required string Play { get; init; }

    public required string Screen { get; init; }

    public required string Live { get; init; }

    public required string Waiting { get; init; }

    public required string Missing { get; init; }

    public required string MissingText { get; init; }

    public required string Home { get; init; }

    public required string Busy { get; init; }

    public required string BusyText { get; init; }

    public required string Scan { get; init; }

    public required string Left { get; init; }

    public required string Past { get; init; }

    public required string HomeLead { get; init; }

    public required string PlayNow { get; init; }

    public required string TopThree { get; init; }

    public required string WholeBoard { get; init; }

    public required string ForDevelopers { get; init; }

    public required string ApiBases { get; init; }

    public required string Top { get; init; }

    public required string Reference { get; init; }

    public required string Sdk { get; init; }

    public required string Health { get; init; }

    /// <summary>The language as <c>?lang=</c> has it.</summary>
    public string Code => Language[..2];

    /// <summary>All texts by name, for the test that none is missing.</summary>
    public IEnumerable<KeyValuePair<string, string>> All =>
        GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static property => property.PropertyType == typeof(string) && property.CanWrite).Select(property => KeyValuePair.Create(property.Name, (string)property.GetValue(this)!));

    /// <summary>The language that is asked for by <c>?lang=</c>, else by the browser, else Chinese.</summary>
    public static PageTexts For(HttpRequest request)
    {
        var asked = request.Query["lang"].ToString();
        if (asked.Length > 0)
        {
            return asked.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? English : Chinese;
        }

        var first = request.GetTypedHeaders().AcceptLanguage.OrderByDescending(static language => language.Quality ?? 1).Select(static language => language.Value.ToString()).FirstOrDefault(static language => language.Length > 0);
        return first is null || first.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? Chinese : English;
    }

    /// <summary>A text with a number or word in it.</summary>
    public string Fill(string text, object value) => string.Format(CultureInfo.InvariantCulture, text, value);
}
