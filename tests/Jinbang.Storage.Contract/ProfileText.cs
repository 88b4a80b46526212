using System.Text;
using Jinbang.Boards.Players;

namespace Jinbang.Storage.Contract;

/// <summary>A profile, or a change of one, in strings. Compares by content.</summary>
public sealed record ProfileText(
    string? Nickname = null, string? Avatar = null, byte? Sex = null, string? Province = null, string? City = null, string? Country = null)
{
    public static ProfileText? Of(Profile? profile) => profile is null ? null : new ProfileText(
        Text(profile.Nickname), Text(profile.Avatar), profile.Sex, Text(profile.Province), Text(profile.City), Text(profile.Country));

    public ProfileChange ToChange() => new()
    {
        Nickname = Bytes(Nickname),
        Avatar = Bytes(Avatar),
        Sex = Sex,
        Province = Bytes(Province),
        City = Bytes(City),
        Country = Bytes(Country),
    };

    /// <summary>This profile after a change.</summary>
    public ProfileText With(ProfileText change) => new(
        change.Nickname ?? Nickname, change.Avatar ?? Avatar, change.Sex ?? Sex, change.Province ?? Province, change.City ?? City, change.Country ?? Country);

    private static string? Text(byte[]? utf8) => utf8 is null ? null : Encoding.UTF8.GetString(utf8);

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
