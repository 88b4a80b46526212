using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Jinbang.Server.Wire;

/// <summary>
/// The fields of a JSON object, by the names that its type has in the reference; any other is a fault. A field that is null counts as left out.
/// </summary>
internal readonly struct BodyFields
{
    private readonly JsonElement body;
    private readonly Faults faults;
    private readonly string prefix;

    /// <param name="body">An object.</param>
    /// <param name="shape">What it may hold.</param>
    /// <param name="faults">Takes what is wrong.</param>
    /// <param name="prefix">Where it lies, to go before its fields' names.</param>
    public BodyFields(JsonElement body, JsonTypeInfo shape, Faults faults, string prefix = "")
    {
        (this.body, this.faults, this.prefix) = (body, faults, prefix);
        foreach (var field in body.EnumerateObject())
        {
            if (!IsKnown(field, shape))
            {
                faults.Add(prefix + field.Name, $"There is no such field; {string.Join(", ", shape.Properties.Select(static known => known.Name))} are allowed.");
            }
        }
    }

    /// <summary>Where faults go.</summary>
    public Faults Faults => faults;

    /// <summary>The field's value, unless it is left out.</summary>
    public bool TryGet(string name, out JsonElement value) => body.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Whether the field is there and null.</summary>
    public bool IsNull(string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>A text; null when it is left out or is none, which is a fault.</summary>
    public string? Text(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (TryReadText(value) is { } text)
        {
            return text;
        }

        Fault(name, "It must be a string of Unicode characters.");
        return null;
    }

    /// <summary>Notes that a field is wrong.</summary>
    public void Fault(string name, string message) => faults.Add(prefix + name, message);

    /// <summary>The text of a JSON string; null when it is none, or holds a lone surrogate.</summary>
    public static string? TryReadText(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsKnown(JsonProperty field, JsonTypeInfo shape)
    {
        foreach (var known in shape.Properties)
        {
            if (field.NameEquals(known.Name))
            {
                return true;
            }
        }

        return false;
    }
}
