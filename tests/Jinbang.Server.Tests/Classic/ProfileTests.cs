using System.Text.Json;

namespace Jinbang.Server.Tests.Classic;

public sealed class ProfileTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Varies = "Vary: Accept-Encoding";

    [Fact]
    public async Task The_first_post_adds_and_later_ones_change()
    {
        await using var game = await fixture.PlayAsync();
        Contract.Replies(Contract.ProfileAdded, await game.PostProfileAsync("openid=oProfile&nickname=小明&sex=1&headimgurl="));
        Contract.Replies(Contract.ProfileChanged, await game.PostProfileAsync("openid=oProfile&nickname=小红"));
        Contract.Replies(Contract.ProfileChanged, await game.PostProfileAsync("openid=oProfile&nickname=小红"));
        Contract.Replies(Contract.ProfileChanged, await game.PostProfileAsync("openid=oProfile"));
    }

    [Fact]
    public async Task A_score_is_no_profile()
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oScored&score=5");
        Contract.Replies(Contract.List(Contract.Row("5")), await game.ListAsync(), Varies);
        Contract.Replies(Contract.ProfileAdded, await game.PostProfileAsync("openid=oScored&nickname=小明&headimgurl=http://pictures.example/1"));
        Contract.Replies(Contract.List(Contract.Row("5", "\"小明\"", "\"http://pictures.example/1\"")), await game.ListAsync(), Varies);
        Contract.Replies(Contract.ProfileChanged, await game.PostProfileAsync("openid=oScored&nickname=小红"));
        Contract.Replies(Contract.List(Contract.Row("5", "\"小红\"", "\"http://pictures.example/1\"")), await game.ListAsync(), Varies);
    }

    [Fact]
    public async Task A_profile_before_the_score_is_shown_with_it()
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostProfileAsync("openid=oEarly&nickname=小明&headimgurl=http://pictures.example/2");
        Contract.Replies(Contract.List(), await game.ListAsync(), Varies);
        Contract.Replies(Contract.ScoreAdded, await game.PostScoreAsync("openid=oEarly&score=9"));
        Contract.Replies(Contract.List(Contract.Row("9", "\"小明\"", "\"http://pictures.example/2\"")), await game.ListAsync(), Varies);
    }

    [Theory]
    [InlineData("openid=oKeeper")]
    [InlineData("openid=oKeeper&nickname=undefined&headimgurl=undefined&sex=undefined&province=undefined&city=undefined&country=undefined")]
    [InlineData("""{"openid":"oKeeper","nickname":null,"headimgurl":null,"sex":null,"province":null,"city":null,"country":null}""")]
    [InlineData("""{"openid":"oKeeper","nickname":"undefined","headimgurl":"undefined","sex":"undefined"}""")]
    [InlineData("openid=oKeeper&sex=&language=zh_CN&privilege=&success=true&unionid=oUnion&")]
    public async Task What_a_post_does_not_say_keeps_its_old_value(string post)
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oKeeper&score=1");
        await game.PostProfileAsync("openid=oKeeper&nickname=小明&headimgurl=http://pictures.example/3&sex=2&city=深圳");
        Contract.Replies(Contract.ProfileChanged, await game.PostProfileAsync(post, contentType: null));
        Contract.Replies(Contract.List(Contract.Row("1", "\"小明\"", "\"http://pictures.example/3\"")), await game.ListAsync(), Varies);
    }

    [Theory]
    [InlineData("openid=oEmptied&nickname=&headimgurl=")]
    [InlineData("openid=oEmptied&nickname&headimgurl")]
    [InlineData("""{"openid":"oEmptied","nickname":"","headimgurl":""}""")]
    public async Task An_empty_field_is_stored_as_empty(string post)
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oEmptied&score=1");
        await game.PostProfileAsync("openid=oEmptied&nickname=小明&headimgurl=http://pictures.example/4");
        Contract.Replies(Contract.ProfileChanged, await game.PostProfileAsync(post, contentType: null));
        Contract.Replies(Contract.List(Contract.Row("1", "\"\"", "\"\"")), await game.ListAsync(), Varies);
    }

    [Fact]
    public async Task Fields_never_posted_are_null_in_the_list()
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oHalf&score=1");
        await game.PostProfileAsync("openid=oHalf&headimgurl=http://pictures.example/5");
        Contract.Replies(Contract.List(Contract.Row("1", avatar: "\"http://pictures.example/5\"")), await game.ListAsync(), Varies);
        await game.PostProfileAsync("openid=oHalf&nickname=null");
        Contract.Replies(Contract.List(Contract.Row("1", "\"null\"", "\"http://pictures.example/5\"")), await game.ListAsync(), Varies);
    }

    [Theory]
    [InlineData("nickname", "a", 255)]
    [InlineData("nickname", "好", 255)]
    [InlineData("nickname", "😀", 255)]
    [InlineData("province", "a", 255)]
    [InlineData("province", "𠮷", 255)]
    [InlineData("city", "好", 255)]
    [InlineData("country", "😀", 255)]
    [InlineData("headimgurl", "a", 1024)]
    [InlineData("headimgurl", "好", 1024)]
    [InlineData("headimgurl", "😀", 1024)]
    public async Task Texts_end_at_their_limit_in_scalar_values_and_longer_ones_are_refused(string field, string character, int most)
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oLong&score=1");
        var longest = string.Concat(Enumerable.Repeat(character, most));
        Contract.Replies(Contract.ProfileAdded, await game.PostProfileAsync($"openid=oLong&{field}={longest}"));
        Contract.Refuses(await game.PostProfileAsync($"openid=oLong&{field}={longest}{character}"));
        Contract.Refuses(await game.PostProfileAsync(JsonSerializer.Serialize(new Dictionary<string, string> { ["openid"] = "oLong", [field] = longest + "b" }), RawRequest.Json));
        Contract.Replies(
            Contract.List(Contract.Row("1", field == "nickname" ? $"\"{longest}\"" : "null", field == "headimgurl" ? $"\"{longest}\"" : "null")), await game.ListAsync(), Varies);
    }

    [Fact]
    public async Task A_refused_field_refuses_the_whole_post()
    {
        await using var game = await fixture.PlayEmptyAsync();
        await game.PostScoreAsync("openid=oWhole&score=1");
        Contract.Refuses(await game.PostProfileAsync($"openid=oWhole&nickname=小明&city={new string('x', 256)}"));
        Contract.Refuses(await game.PostProfileAsync("openid=oWhole&nickname=小明&sex=3"));
        Contract.Replies(Contract.ProfileAdded, await game.PostProfileAsync("openid=oWhole"));
        Contract.Replies(Contract.List(Contract.Row("1")), await game.ListAsync(), Varies);
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("1", true)]
    [InlineData("2", true)]
    [InlineData("", true)]
    [InlineData("undefined", true)]
    [InlineData("3", false)]
    [InlineData("-1", false)]
    [InlineData("9", false)]
    [InlineData("01", false)]
    [InlineData("1.0", false)]
    [InlineData("10", false)]
    [InlineData("男", false)]
    [InlineData("male", false)]
    [InlineData("/", false)]
    [InlineData(":", false)]
    [InlineData("true", false)]
    public async Task Sex_is_0_1_or_2(string sex, bool accepted)
    {
        await using var game = await fixture.PlayAsync();
        var id = $"oSex{Uri.EscapeDataString(sex)}x";
        foreach (var reply in (RawReply[])[await game.PostProfileAsync($"openid={id}&sex={sex}"), await game.PostProfileAsync($$"""{"openid":"{{id}}j","sex":"{{sex}}"}""")])
        {
            if (accepted)
            {
                Contract.Replies(Contract.ProfileAdded, reply);
            }
            else
            {
                Contract.Refuses(reply);
            }
        }
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", true)]
    [InlineData("null", true)]
    [InlineData("3", false)]
    [InlineData("1.0", false)]
    [InlineData("true", false)]
    [InlineData("[1]", false)]
    [InlineData("{}", false)]
    public async Task Sex_may_be_a_JSON_number(string sex, bool accepted)
    {
        await using var game = await fixture.PlayAsync();
        var reply = await game.PostProfileAsync($$"""{"openid":"oNumber{{sex.Length}}{{sex[0]}}","sex":{{sex}},"nickname":"小明"}""", RawRequest.Json);
        if (accepted)
        {
            Contract.Replies(Contract.ProfileAdded, reply);
        }
        else
        {
            Contract.Refuses(reply);
        }
    }

    [Theory]
    [InlineData("nickname")]
    [InlineData("headimgurl")]
    [InlineData("city")]
    public async Task Objects_arrays_and_truth_values_are_no_texts(string field)
    {
        await using var game = await fixture.PlayAsync();
        foreach (var value in (string[])["{}", "[]", "true", "false", """["a"]""", """{"a":"b"}"""])
        {
            Contract.Refuses(await game.PostProfileAsync($$"""{"openid":"oKind","{{field}}":{{value}}}""", RawRequest.Json));
        }
    }

    [Theory]
    [InlineData("nickname=小明")]
    [InlineData("openid=&nickname=小明")]
    [InlineData("openid=undefined&nickname=小明")]
    [InlineData("OPENID=oUpper&nickname=小明")]
    [InlineData("""{"nickname":"小明"}""")]
    [InlineData("""{"openid":null,"nickname":"小明"}""")]
    [InlineData("""{"openid":{},"nickname":"小明"}""")]
    [InlineData("""{"openid":["a"],"nickname":"小明"}""")]
    public async Task Without_an_id_there_is_no_profile(string post)
    {
        await using var game = await fixture.PlayAsync();
        Contract.Refuses(await game.PostProfileAsync(post, contentType: null));
    }
}
