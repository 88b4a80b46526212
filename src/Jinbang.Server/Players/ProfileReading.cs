using System.Text;
using System.Text.Json;
using Jinbang.Boards.Players;
using Jinbang.Server.Classic;
using Jinbang.Server.Wire;

namespace Jinbang.Server.Players;

/// <summary>From a body to a change of a profile, with the classic API's limits.</summary>
internal static class ProfileReading
{
    private const int LongestText = 255;
    private const int LongestAvatar = 1024;

    /// <summary>Reads it, or notes faults.</summary>
    public static ProfileChange Read(JsonElement body, Faults faults)
    {
        var fields = new BodyFields(body, PlayersJson.Wire.ProfileBody, faults);
        var isEmpty = true;
        foreach (var known in PlayersJson.Wire.ProfileBody.Properties)
        {
            isEmpty &= !body.TryGetProperty(known.Name, out _);
            if (fields.IsNull(known.Name))
            {
                fields.Fault(known.Name, "It must not be null: what is left out stays, and deleting the profile removes all of it.");
            }
        }

        if (isEmpty)
        {
            fields.Fault("nickname", "At least one field is needed.");
        }

        return new ProfileChange
        {
            Nickname = ReadText(fields, "nickname", LongestText),
            Avatar = ReadText(fields, "avatar", LongestAvatar),
            Sex = ReadSex(fields),
            Province = ReadText(fields, "province", LongestText),
            City = ReadText(fields, "city", LongestText),
            Country = ReadText(fields, "country", LongestText),
        };
    }

    private static byte[]? ReadText(in BodyFields fields, string name, int longest)
    {
        if (fields.Text(name) is not { } text)
        {
            return null;
        }

        var utf8 = Encoding.UTF8.GetBytes(text);
        if (!PostedValues.HasAtMost(utf8, longest) || utf8.AsSpan().Contains((byte)0))
        {
            fields.Fault(name, $"At most {longest} characters are allowed, and no U+0000.");
        }

        return utf8;
    }

    private static byte? ReadSex(in BodyFields fields)
    {
        if (!fields.TryGet("sex", out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetByte(out var sex) && sex <= 2)
        {
            return sex;
        }

        fields.Fault("sex", "0, 1 or 2 is allowed.");
        return null;
    }
}
