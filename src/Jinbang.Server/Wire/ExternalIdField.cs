using System.Text;
using Jinbang.Boards.Players;

namespace Jinbang.Server.Wire;

/// <summary>The game's own id of a player in a body.</summary>
internal static class ExternalIdField
{
    /// <summary>Reads it, or notes a fault that does not repeat it.</summary>
    public static ExternalId Read(in BodyFields fields, string name)
    {
        if (fields.Text(name) is not { } text)
        {
            if (!fields.TryGet(name, out _))
            {
                fields.Fault(name, "It is missing.");
            }

            return default;
        }

        var utf8 = Encoding.UTF8.GetBytes(text);
        if (ExternalId.IsValid(utf8))
        {
            return ExternalId.Copy(utf8);
        }

        fields.Fault(name, $"1 to {ExternalId.LongestLength} characters are allowed, without control characters and without white space at either end.");
        return default;
    }
}
