using System.Globalization;

namespace Jinbang.Server.Wire;

/// <summary>The parameters of a query. One that is empty counts as left out.</summary>
internal readonly struct QueryFields(HttpContext context, Faults faults)
{
    /// <summary>Where faults go.</summary>
    public Faults Faults => faults;

    /// <summary>A text, or null.</summary>
    public string? Text(string name)
    {
        if (!context.Request.QueryString.HasValue)
        {
            return null;
        }

        var values = context.Request.Query[name];
        if (values.Count > 1)
        {
            faults.Add(name, "It is there more than once.");
        }

        return values.Count == 0 || string.IsNullOrEmpty(values[0]) ? null : values[0];
    }

    /// <summary>A whole number within bounds.</summary>
    public long Number(string name, long standard, long least, long most)
    {
        var text = Text(name);
        if (text is null)
        {
            return standard;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        faults.Add(name, string.Create(CultureInfo.InvariantCulture, $"A whole number from {least} to {most} is allowed."));
        return standard;
    }

    /// <summary>Notes that a parameter is wrong.</summary>
    public void Fault(string name, string message) => faults.Add(name, message);
}
