using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Godot;
using Jinbang.Client;

public partial class GodotLeaderboard : Label
{
    private JinbangClient jinbang;

    public override async void _Ready()
    {
        jinbang = new JinbangClient(new JinbangOptions(new Uri("https://scores.example"), "lantern-run")
        {
            Key = "jbc_…",
            Kept = new KeptInFile(Path.Combine(OS.GetUserDataDir(), "jinbang.json")),
        });
        await Show();
    }

    /// <summary>Called when a round ends: the place, or null when the score will be sent later.</summary>
    public async Task<int?> RoundOver(int score)
    {
        var receipt = await jinbang.SubmitAsync(score);
        await Show();
        return receipt.IsQueued ? null : receipt.Windows[0].Rank;
    }

    private async Task Show()
    {
        try
        {
            var page = await jinbang.TopAsync(limit: 10);
            Text = string.Join("\n", page.Lines.Select(line => $"{line.Rank}. {line.Nickname ?? "—"}  {line.Score}"));
        }
        catch (JinbangException fault) when (fault.IsPassing)
        {
            Text = "…";
        }
    }

    public override async void _ExitTree() => await jinbang.DisposeAsync();
}
