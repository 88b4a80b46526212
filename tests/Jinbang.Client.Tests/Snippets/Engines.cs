// As much of Unity and Godot as the snippets touch.
#pragma warning disable

namespace UnityEngine
{
    public class MonoBehaviour;

    public static class Application
    {
        public static string persistentDataPath => Path.GetTempPath();
    }
}

namespace UnityEngine.UI
{
    public class Text
    {
        public string text { get; set; }
    }
}

namespace Godot
{
    public partial class Label
    {
        public string Text { get; set; }

        public virtual void _Ready()
        {
        }

        public virtual void _ExitTree()
        {
        }
    }

    public static class OS
    {
        public static string GetUserDataDir() => Path.GetTempPath();
    }
}
