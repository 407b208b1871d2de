/// The passwords that guessers try first, as far as the length rule does not refuse them already.
enum CommonPasswords {
    /// Whether this lower-case password is among them.
    static func contains(_ folded: String) -> Bool { known.contains(folded) }

    private static let known = Set(
        """
        password passw0rd p@ssword p@ssw0rd pa55word pa$$word passwort passpass password1 password12 password123
        password1234 password12345 mypassword thepassword newpassword oldpassword motdepasse monmotdepasse contrasena
        letmein letmein1 letmein123 letmeinnow welcome welcome1 welcome12 welcome123 bienvenue bonjour bonjour1 bonjour123
        12345678 123456789 1234567890 12345678910 0123456789 123123123 123456123 123454321 1234554321 1234512345 12341234
        11223344 1122334455 112233445566 121212121 102030405 10203040 147258369 147852369 159357456 159753456 123qweasd
        987654321 9876543210 87654321 55555555 88888888 99999999 00000000 11111111 77777777 20202020 19841984 20002000
        qwertyui qwertyuio qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyqwerty 1q2w3e4r
        1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc qazwsxedc qazwsx123 zaq12wsx zaq1zaq1 asdfghjk asdfghjkl asdfasdf
        asdf1234 asdfqwer zxcvbnm1 zxcvbnm123 zxcvbnma zxcvzxcv q1w2e3r4 q1w2e3r4t5 qwer1234 qweasdzxc qweqweqwe azertyui
        azertyuiop azerty123 azerty1234 azerty12 1a2b3c4d a1b2c3d4 a1b2c3d4e5 aa123456 a1234567 a12345678 a123456789
        abc12345 abcd1234 abc123456 abcde123 abcdefg1 abcabcabc 123abc123 1234abcd 123456abc 1234qwer q12345678 123456aa
        iloveyou iloveyou1 iloveyou2 iloveyou123 ilovehim ilovegod loveyou1 lovelove loveme123 jetaime1 jetaime123
        doudou123 chouchou chouchou1 loulou123 marseille soleil123 princesse cheval123 trustno1 trustnoone changeme
        changeme1 changeme123 changeit secret123 topsecret supersecret secretpassword admin123 admin1234 admin12345
        administrator administrateur adminadmin rootroot root1234 toor1234 guest123 guestguest user1234 username testtest
        test1234 test12345 testing1 testing123 demo1234 demodemo default1 default123 temp1234 temporary sample123
        football football1 football12 baseball baseball1 basketball basketball1 superman superman1 batman123 spiderman
        pokemon1 pokemon123 starwars starwars1 dragon123 monkey123 shadow123 master123 mustang1 michael1 jennifer jordan23
        jessica1 michelle charlie1 princess princess1 sunshine sunshine1 computer computer1 internet internet1 whatever
        whatever1 freedom1 corvette mercedes ferrari1 porsche1 harley123 yamaha123 samsung1 samsung123 nintendo playstation
        metallica slipknot1 eminem123 nirvana1 guitar123 musicmusic music1234 drummer1 rockstar rockstar1 liverpool
        liverpool1 chelsea1 arsenal1 barcelona realmadrid juventus1 butterfly butterfly1 elephant1 chocolate chocolate1
        strawberry cocacola pepsi123 cookie123 cheese123 banana123 summer2023 summer2024 summer2025 winter2023 winter2024
        winter2025 spring2024 autumn2024 january1 february1 november1 december1 midnight blink182 access14 access123 login123
        loginlogin hello123 hello1234 hellohello helloworld hunter123 killer123 ninja123 lol123456 asshole1 fuckyou1
        fuckyou123 babygirl babygirl1 angel123 daniel123 thomas123 nicole123 anthony1 alexander alexandra elizabeth
        patricia1 veronica1 stephanie sebastian christian christopher september maverick1 snowball1 pakistan1 mynameis
        aaaaaaaa aaaaaaaaaa abababab xxxxxxxx zzzzzzzz abcdefgh abcdefghi abcdefghij hgfedcba 98765432 password! password1!
        passwordpassword correcthorsebatterystaple
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
