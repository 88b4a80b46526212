using Jinbang.Boards.Storage;

namespace Jinbang.Storage.Contract;

public abstract partial class ScoreStoreContract
{
    public static TheoryData<string> Texts =>
    [
        "",
        " ",
        "云中鹤",
        "👨‍👩‍👧 家",
        "\uE000\uF8FF\U000F0000\U0010FFFD",
        "'; DROP TABLE profile; --",
        "\"double\" 'single' `back` \\ % _ ?1 :a @b $c",
        "two\nlines\tand\u0001control\u007F",
        "\uFEFFbom and \uFFFD and \uFFFE",
        "e\u0301 is not é",
        "00123",
        "1e3",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Any_text_comes_back_byte_by_byte_in_every_field(string text)
    {
        var profile = new ProfileText(text, text, 2, text, text, text);
        await using (var store = await OpenAsync())
        {
            await OpenGameAsync(store, "night-market", "main");
            Assert.Equal([RowResult.Added, RowResult.Unchanged], await AnswersAsync(store, Row(1, 1, profile), Row(1, 1, profile)));
            Assert.Equal([profile], await ProfilesAsync(store, 1, 1));
        }

        await using var again = await OpenAsync();
        Assert.Equal([profile], await ProfilesAsync(again, 1, 1));
    }

    [Fact]
    public async Task The_longest_texts_come_back_whole()
    {
        var name = string.Concat(Enumerable.Repeat("\U0001F3C6", 255));
        var profile = new ProfileText(name, string.Concat(Enumerable.Repeat("\U0001F5BC", 1_024)), 255, name, name, name);
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        await CommitAsync(store, Row(1, 1, profile));
        Assert.Equal([profile], await ProfilesAsync(store, 1, 1));
    }

    [Fact]
    public async Task A_field_that_is_null_keeps_what_was_there()
    {
        var profile = new ProfileText("云", "https://pictures.example/1", 1, "福建", "厦门", "中国");
        ProfileText[] changes =
        [
            new("鹤"), new(Avatar: ""), new(Sex: 0), new(Province: "台北"), new(City: "\U0001F3D9"), new(Country: "CN"), new("", Sex: 2), new(), profile,
        ];
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        await CommitAsync(store, Row(1, 1, profile), Row(1, 2, new ProfileText("旁人")));
        foreach (var change in changes)
        {
            var changed = profile.With(change);
            Assert.Equal([changed == profile ? RowResult.Unchanged : RowResult.Changed], await AnswersAsync(store, Row(1, 1, change)));
            profile = changed;
            Assert.Equal([profile, new ProfileText("旁人")], await ProfilesAsync(store, 1, 1, 2));
        }
    }

    [Fact]
    public async Task An_empty_text_is_not_the_same_as_none()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        Assert.Equal([RowResult.Added], await AnswersAsync(store, Row(1, 1, new ProfileText("云"))));
        Assert.Equal([RowResult.Changed], await AnswersAsync(store, Row(1, 1, new ProfileText(City: ""))));
        Assert.Equal([RowResult.Unchanged], await AnswersAsync(store, Row(1, 1, new ProfileText(City: ""))));
        Assert.Equal([new ProfileText("云", City: "")], await ProfilesAsync(store, 1, 1));
    }

    [Fact]
    public async Task A_profile_that_says_nothing_is_still_one()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        Assert.Equal([RowResult.Added, RowResult.Unchanged], await AnswersAsync(store, Row(1, 1, new ProfileText()), Row(1, 1, new ProfileText())));
        Assert.Equal([new ProfileText(), null], await ProfilesAsync(store, 1, 1, 2));
    }

    [Fact]
    public async Task A_player_who_comes_twice_in_a_batch_is_answered_in_order()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        var answers = await AnswersAsync(
            store, Row(1, 1, new ProfileText("一")), Row(1, 2, new ProfileText("二")), Row(1, 1, new ProfileText("三", Sex: 1)), Row(1, 1, new ProfileText("三")),
            Row(1, 2, new ProfileText(City: "城")));
        Assert.Equal([RowResult.Added, RowResult.Added, RowResult.Changed, RowResult.Unchanged, RowResult.Changed], answers);
        Assert.Equal([new ProfileText("三", Sex: 1), new ProfileText("二", City: "城")], await ProfilesAsync(store, 1, 1, 2));
    }

    [Fact]
    public async Task Profiles_are_read_index_by_index_with_null_where_there_is_none()
    {
        await using var store = await OpenAsync();
        await OpenGameAsync(store, "night-market", "main");
        await OpenGameAsync(store, "lantern-run", "main");
        await CommitAsync(store, Row(1, 3, new ProfileText("三")), Row(1, 1, new ProfileText("一")), Row(2, 2, new ProfileText("别的游戏")));
        Assert.Equal([null, new ProfileText("三"), new ProfileText("一"), null, new ProfileText("三")], await ProfilesAsync(store, 1, 2, 3, 1, 99, 3));
        Assert.Equal([null, new ProfileText("别的游戏")], await ProfilesAsync(store, 2, 1, 2));
        Assert.Empty(await ProfilesAsync(store, 1));
        Assert.Equal([null], await ProfilesAsync(store, 77, 1));
    }

    private static async Task<List<RowResult>> AnswersAsync(IScoreStore store, params ProfileRow[] rows)
    {
        var batch = Batch(rows);
        await CommitAsync(store, batch);
        Assert.Empty(batch.SubmissionResults);
        return batch.ProfileResults;
    }
}
